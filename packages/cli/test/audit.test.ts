import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createMendkit, fileSigner, silentLogger } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { expect, test } from 'vitest'
import { mendkit, mendkitIn, mendkitJson } from './support/run-cli.ts'
import { temporaryFolder } from './support/world.ts'

const name = 'ops.example.com/mendkit'

test('a log is signed with a key of keygen, verified by its verifier key and anchors, and refuses whoever has no key', async () => {
  const folder = temporaryFolder()
  const at = (file: string) => join(folder, file)
  const [db, key] = [at('mendkit.db'), at('log.key')]
  const { verifierKey } = (await mendkitJson('audit', 'keygen', '--out', key, '--name', name)) as {
    verifierKey: string
  }
  expect(statSync(key).mode & 0o777).toBe(0o600)
  const again = await mendkit('audit', 'keygen', '--out', key, '--name', name)
  expect([again.code, again.error]).toEqual([1, expect.stringContaining('it is there already')])
  const nowhere = await mendkit('audit', 'keygen', '--out', at('none/log.key'), '--name', name)
  expect([nowhere.code, nowhere.error]).toEqual([1, expect.stringContaining('in a folder that is there')])
  writeFileSync(at('trusted.keys'), `# ours\n${verifierKey}\n`)

  const host = createMendkit({ store: sqlStore(db), system: { signer: fileSigner(key), log: silentLogger } })
  await host.pause()
  await host.close()

  const ada = ['--as', 'ada', '--db', db]
  const refused = await mendkit('resume', ...ada)
  expect([refused.code, refused.error]).toEqual([1, expect.stringContaining(`signed with key ${name}+`)])
  expect((await mendkit('resume', ...ada, '--key', key)).code).toBe(0)
  expect((await mendkitIn({ env: { MENDKIT_KEY: key } }, 'pause', ...ada)).code).toBe(0)

  const trusting = ['audit', 'verify', '--db', db, '--trust', at('trusted.keys')]
  expect(await mendkit(...trusting)).toMatchObject({ code: 3, error: '', out: expect.stringMatching(/Signed +all/) })
  const { out: note } = await mendkit('audit', 'checkpoint', '--db', db)
  writeFileSync(at('anchor'), note)
  expect((await mendkit('resume', ...ada, '--key', key)).code).toBe(0)
  const anchored = await mendkit(...trusting, '--anchor', at('anchor'), '--json')
  expect(anchored.code).toBe(0)
  expect(JSON.parse(anchored.out)).toMatchObject({ signed: true, entries: 4, anchoredEntries: 3, findings: [] })
  const later = await mendkit(...trusting, '--from', at('anchor'), '--json')
  expect(JSON.parse(later.out)).toMatchObject({ verified: true, from: 3, entries: 4 })
  const proof = await mendkit('audit', 'proof', '2', '--db', db, '--entry', at('entry'))
  expect(proof.out).toMatch(/^c2sp\.org\/tlog-proof@v1\nindex 2\n/)
  expect(JSON.parse(readFileSync(at('entry'), 'utf8'))).toMatchObject({ seq: 2, type: 'engine-paused' })
  expect((await mendkit('audit', 'consistency', '3', '--db', db)).out).toMatch(/^old 3\n/)

  // What could not be checked is told apart from what is not valid.
  for (const wrong of [
    ['--trust', at('none')],
    ['--trust', key],
    ['--anchor', at('anchor')],
  ]) {
    expect((await mendkit('audit', 'verify', '--db', db, ...wrong)).code).toBe(2)
  }
  writeFileSync(at('nonsense'), 'nonsense')
  expect((await mendkit(...trusting, '--anchor', at('nonsense'))).code).toBe(2)
  expect((await mendkit('audit', 'verify', '--db', at('none.db'))).code).toBe(2)

  const database = new DatabaseSync(db)
  database.exec('delete from mendkit_audit where seq > 1; delete from mendkit_audit_checkpoint where size > 2')
  database.close()
  const behind = await mendkit(...trusting, '--anchor', at('anchor'), '--json')
  expect(behind.code).toBe(1)
  expect(JSON.parse(behind.out).findings.map(({ kind }: { kind: string }) => kind)).toContain('behind-anchor')
}, 120_000)

test('verify says that nobody signed a log, and does not ask for keys to judge it by', async () => {
  const db = join(temporaryFolder(), 'mendkit.db')
  const host = createMendkit({ store: sqlStore(db), system: { log: silentLogger } })
  await host.pause()
  await host.close()
  const told = await mendkit('audit', 'verify', '--db', db)
  expect([told.code, told.out]).toEqual([3, expect.stringMatching(/Signed +by nobody/)])
  expect((await mendkit('audit', 'verify', '--help')).out).not.toContain('a difference was found')
})

test('rotate hands a log over to a new key of the same name, and nothing else signs from then on', async () => {
  const folder = temporaryFolder()
  const at = (file: string) => join(folder, file)
  const [db, old, next] = [at('mendkit.db'), at('old.key'), at('new.key')]
  const { verifierKey } = (await mendkitJson('audit', 'keygen', '--out', old, '--name', name)) as {
    verifierKey: string
  }
  await mendkitJson('audit', 'keygen', '--out', next, '--name', name)
  writeFileSync(at('trusted.keys'), verifierKey)
  const host = createMendkit({ store: sqlStore(db), system: { signer: fileSigner(old), log: silentLogger } })
  await host.pause()
  await host.close()
  const ada = ['--as', 'ada', '--db', db]
  expect((await mendkit('audit', 'rotate', ...ada, '--key', next, '--new-key', old)).code).toBe(1)
  const mistyped = await mendkit('audit', 'rotate', ...ada, '--key', old, '--new-key', next, '--tenant', 'defualt')
  expect([mistyped.code, mistyped.error]).toEqual([1, expect.stringContaining('tenant defualt has no audit log')])
  expect((await mendkit('audit', 'checkpoint', '--db', db, '--tenant', 'defualt')).error).toContain('has no audit log')
  expect((await mendkit('pause', ...ada, '--key', old, '--tenant', 'defualt')).out).toContain('check its name')
  expect(await mendkit('audit', 'rotate', ...ada, '--key', old, '--new-key', next)).toMatchObject({
    code: 0,
    error: '',
  })
  expect((await mendkit('resume', ...ada, '--key', old)).code).toBe(1)
  expect((await mendkit('resume', ...ada, '--key', next)).code).toBe(0)
  const told = await mendkit('audit', 'verify', '--db', db, '--trust', at('trusted.keys'), '--json')
  expect([told.code, JSON.parse(told.out)]).toEqual([
    3,
    expect.objectContaining({ signed: true, entries: 3, findings: [] }),
  ])
}, 120_000)
