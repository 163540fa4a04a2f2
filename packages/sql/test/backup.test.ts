import { generateKeyPairSync } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMendkit, ed25519Signer, silentLogger, type Signer, verifierKeyOf, verifierKeyText } from '@mendkit/core'
import { drill, restoreBackup, sqlStore, takeBackup } from '@mendkit/sql'
import { expect, test } from 'vitest'
import { temporaryFolder } from './folder.ts'

test('x', async () => {
  const folder = temporaryFolder()
  const db = join(folder, 'a.db')
  const { privateKey } = generateKeyPairSync('ed25519')
  const signer = ed25519Signer({ name: 'ops.example.com/mendkit', privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() })
  const trust = [verifierKeyText(verifierKeyOf(signer))]
  const mendkit = createMendkit({ store: sqlStore(db), system: { signer, log: silentLogger } })
  await mendkit.ingest({ source: 'am', complete: false, asOf: new Date().toISOString(), alerts: [{ labels: { alertname: 'a' }, status: 'firing' }] })
  await mendkit.pause()
  const file = join(folder, 'b')
  const manifest = await takeBackup(db, { file, signer })
  console.log(readFileSync(`${file}.manifest`, 'utf8'))
  const anchor = await mendkit.audit.checkpoint()
  await mendkit.resume()
  const newer = await mendkit.audit.checkpoint()
  await mendkit.close()
  const restored = await restoreBackup(join(folder, 'c.db'), { file, trust, anchors: [anchor!] })
  console.log(JSON.stringify(restored.logs, null, 1))
  console.log(await drill({ from: { database: db }, signer, trust, anchors: [newer!] }))
  console.log(await restoreBackup(join(folder, 'd.db'), { file, trust, anchors: [newer!] }).then(x => x.diverged))
})
