import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ed25519Signer, fileSigner } from '@mendkit/core'
import { holdsTo, signerContract } from '@mendkit/testkit'
import { onTestFinished, test } from 'vitest'

const privateKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const name = 'ops.example.com/mendkit'

holdsTo(test, 'ed25519Signer', signerContract, async () => ed25519Signer({ name, privateKey }))

holdsTo(test, 'fileSigner', signerContract, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-key-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'log.key'), privateKey, { mode: 0o600 })
  return fileSigner(join(folder, 'log.key'), { name })
})
