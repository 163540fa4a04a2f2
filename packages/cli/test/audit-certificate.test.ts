import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CertifierAlgorithm, createMendkit, silentLogger, verifierKeyOf, verifierKeyText } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { testKeyCertifier, testSigner } from '@mendkit/testkit'
import { expect, test, vi } from 'vitest'
import { mendkit, mendkitJson } from './support/run-cli.ts'
import { patience, temporaryFolder } from './support/world.ts'

const signer = testSigner()
const verifierKey = verifierKeyText(verifierKeyOf(signer))
const hasOpenssl = spawnSync('openssl', ['version']).status === 0
if (!hasOpenssl) console.warn('openssl is not installed, so that it checks certificates is not tried')

/** A database in which a host had the key of its log certified, a trust file, and the certifier. */
async function certified(algorithm: CertifierAlgorithm = 'ed25519') {
  const folder = temporaryFolder()
  const at = (file: string) => join(folder, file)
  const db = at('mendkit.db')
  const keyCertifier = testKeyCertifier(algorithm)
  const host = createMendkit({ store: sqlStore(db), system: { signer, keyCertifier, log: silentLogger } })
  const stopping = new AbortController()
  const running = host.run({ signal: stopping.signal })
  await vi.waitFor(async () => {
    const { certifications } = await host.audit.verify()
    expect(certifications.map(({ status }) => status)).toEqual(['certified'])
  }, patience)
  stopping.abort()
  await running
  await host.close()
  writeFileSync(at('kms.pem'), keyCertifier.publicKey)
  writeFileSync(at('trusted'), `# ours\n${verifierKey}\n${keyCertifier.publicKey}`)
  return { at, db }
}

test('certificates are printed, and verifying by the trust file tells of them', async () => {
  const { at, db } = await certified()
  const shown = await mendkit('audit', 'certificate', '--db', db)
  expect(shown).toMatchObject({ code: 0, error: '', out: expect.stringContaining('test-kms/keys/1') })
  const { certificates } = (await mendkitJson('audit', 'certificate', '--db', db)) as {
    certificates: readonly { seq: number; text: string }[]
  }
  expect(certificates).toMatchObject([
    { verifierKey, algorithm: 'ed25519', text: expect.stringContaining(verifierKey) },
  ])
  const { out } = await mendkit('audit', 'checkpoint', '--db', db)
  writeFileSync(at('anchor'), out)
  const verify = ['audit', 'verify', '--db', db, '--anchor', at('anchor'), '--trust']
  expect(await mendkit(...verify, at('trusted'))).toMatchObject({
    code: 0,
    out: expect.stringMatching(/Key certified +log\.example\/test\+[0-9a-f]{8}, by test-kms/),
  })
  writeFileSync(at('keys-only'), verifierKey)
  const unjudged = await mendkit(...verify, at('keys-only'))
  expect(unjudged.code).toBe(0)
  expect(unjudged.out).not.toContain('Key certified')
  writeFileSync(at('others'), `${verifierKey}\n${testKeyCertifier('rsa-pss-sha256').publicKey}`)
  expect(await mendkit(...verify, at('others'))).toMatchObject({
    code: 3,
    out: expect.stringContaining('NO, by nobody'),
  })
  for (const bad of ['-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', '-----BEGIN PUBLIC KEY-----']) {
    writeFileSync(at('bad'), `${verifierKey}\n${bad}\n`)
    expect(await mendkit(...verify, at('bad'))).toMatchObject({ code: 2, error: expect.stringContaining(at('bad')) })
  }
})

test('a log without certificates says so, and so does an entry that holds none', async () => {
  const { at, db } = await certified()
  expect((await mendkit('audit', 'certificate', '--db', db, '--entry', '0')).code).toBe(1)
  expect((await mendkit('audit', 'certificate', '--db', db, '--entry', 'x')).code).toBe(2)
  expect((await mendkit('audit', 'certificate', '--db', db, '--tenant', 'nobody')).code).toBe(1)
  writeFileSync(at('there'), 'mine')
  const refused = await mendkit('audit', 'certificate', '--db', db, '--statement', at('there'))
  expect([refused.code, readFileSync(at('there'), 'utf8')]).toEqual([1, 'mine'])
})

const digest = ['dgst', '-sha256']
const pss = [...digest, '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:auto']

test.skipIf(!hasOpenssl)(
  'openssl alone checks a certificate of each algorithm, and refuses a changed one (needs openssl)',
  async () => {
    for (const algorithm of ['ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha256'] as const) {
      const { at, db } = await certified(algorithm)
      const files = ['--statement', at('statement'), '--signature', at('signature')]
      expect((await mendkit('audit', 'certificate', '--db', db, ...files)).code).toBe(0)
      const check = () => {
        const [statement, signature, key] = [at('statement'), at('signature'), at('kms.pem')]
        const args =
          algorithm === 'ed25519'
            ? ['pkeyutl', '-verify', '-rawin', '-pubin', '-inkey', key, '-sigfile', signature, '-in', statement]
            : [...(algorithm === 'rsa-pss-sha256' ? pss : digest), '-verify', key, '-signature', signature, statement]
        return spawnSync('openssl', args, { encoding: 'utf8' })
      }
      expect(check()).toMatchObject({ status: 0, stdout: expect.stringContaining('Verified') })
      expect(readFileSync(at('statement'), 'utf8')).toContain(verifierKey)
      writeFileSync(at('statement'), readFileSync(at('statement'), 'utf8').replace('log.example', 'log.another'))
      expect(check().status).not.toBe(0)
    }
  },
)
