import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMendkit, fileSigner, silentLogger } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { expect, test } from 'vitest'
import { mendkit, mendkitIn, mendkitJson } from './support/run-cli.ts'
import { temporaryFolder } from './support/world.ts'

/** A database with a signed log, its key, and what whoever restores it trusts. */
async function aDeployment() {
  const folder = temporaryFolder()
  const at = (file: string) => join(folder, file)
  const keygen = ['audit', 'keygen', '--out', at('log.key'), '--name', 'ops.example.com/mendkit']
  const { verifierKey } = (await mendkitJson(...keygen)) as { verifierKey: string }
  writeFileSync(at('trusted.keys'), `${verifierKey}\n`)
  const pause = async (db: string) => {
    const system = { signer: fileSigner(at('log.key')), log: silentLogger }
    const host = createMendkit({ store: sqlStore(db), system })
    await host.pause()
    const note = await host.audit.checkpoint()
    await host.close()
    return note ?? ''
  }
  await pause(at('host.db'))
  return { at, pause, key: ['--key', at('log.key')], trust: ['--trust', at('trusted.keys')] }
}

test('a backup is taken, tried, and restored; older than an anchor, it is read-only until somebody accepts the loss', async () => {
  const { at, pause, key, trust } = await aDeployment()
  const host = ['--db', at('host.db')]
  const refused = await mendkit('backup', ...host, '--out', at('monday.backup'))
  expect([refused.code, refused.error]).toEqual([1, expect.stringMatching(/must be signed too; give the key/)])
  const taken = await mendkitJson('backup', ...host, ...key, '--out', at('monday.backup'))
  expect(taken).toMatchObject({ signedBy: 'ops.example.com/mendkit', manifest: { tables: { mendkit_audit: 1 } } })
  writeFileSync(at('tuesday.checkpoint'), await pause(at('host.db')))

  const from = ['--from', at('monday.backup'), ...trust]
  expect(await mendkit('drill', ...from, '--report', at('drill.md'))).toMatchObject({ code: 0, error: '' })
  expect(readFileSync(at('drill.md'), 'utf8')).toMatch(/can be restored[\s\S]*\| restore and verify \| \d+\.\d \|/)
  const anchor = ['--anchor', at('tuesday.checkpoint')]
  expect((await mendkit('drill', ...from, ...anchor)).code).toBe(3)
  expect((await mendkit('drill', ...host, ...key, ...trust, ...anchor, '--json')).code).toBe(0)
  expect((await mendkit('drill', ...host, ...from)).code).toBe(2)
  const sink = ['--anchor', at('anchors.jsonl')]
  const kept = { at: new Date(0).toISOString(), note: readFileSync(at('tuesday.checkpoint'), 'utf8') }
  writeFileSync(at('anchors.jsonl'), `${JSON.stringify(kept)}\n{"at":"cut`)
  expect((await mendkit('drill', ...from, ...sink)).code).toBe(3)
  // What does not do is told by its name, and says nothing of the backup.
  const mixedUp = await mendkit('drill', ...from, '--anchor', at('drill.md'))
  expect([mixedUp.code, mixedUp.error]).toEqual([2, expect.stringMatching(/drill\.md is no checkpoint/)])
  const wrongTrust = await mendkit(
    'restore',
    '--from',
    at('monday.backup'),
    '--db',
    at('no.db'),
    '--trust',
    at('drill.md'),
  )
  expect([wrongTrust.code, wrongTrust.error]).toEqual([
    1,
    expect.stringMatching(/drill\.md holds a line that is no verifier key/),
  ])

  const db = ['--db', at('new.db')]
  const restored = await mendkit('restore', ...from, ...db, ...anchor)
  expect(statSync(at('new.db')).mode & 0o777).toBe(0o600)
  expect([restored.code, restored.error]).toEqual([3, ''])
  expect(restored.out).toMatch(/DIVERGED/)
  expect((await mendkit('status', ...db)).out).toMatch(/State +DIVERGED/)
  expect(await mendkit('doctor', ...db, '--json')).toMatchObject({ code: 1, out: expect.stringMatching(/DIVERGED/) })
  const paused = await mendkit('resume', ...db, ...key, '--as', 'alice')
  expect([paused.code, paused.error]).toEqual([1, expect.stringMatching(/DIVERGED.*mendkit recover/)])
  const again = await mendkit('restore', ...from, ...db)
  expect([again.code, again.error]).toEqual([1, expect.stringMatching(/not empty/)])

  const recover = ['recover', ...db, ...key, '--as', 'alice', '--because', 'it is all there is']
  expect(await mendkit(...recover)).toMatchObject({ code: 0, out: expect.stringMatching(/recorded as alice/) })
  expect((await mendkit('resume', ...db, ...key, '--as', 'alice')).code).toBe(0)
  const verified = await mendkit('audit', 'verify', ...db, ...trust, ...anchor)
  expect([verified.code, verified.out]).toEqual([3, expect.stringMatching(/Anchor of 2 +given-up/)])
}, 120_000)

test('the tables are made and brought up, told first or as SQL where that is asked', async () => {
  const folder = temporaryFolder()
  const db = join(folder, 'new.db')
  const dry = await mendkit('migrate', '--db', db, '--dry-run')
  expect([dry.code, dry.out]).toEqual([0, expect.stringMatching(/there are no tables\n1 first tables: would be done/)])
  expect((await mendkit('migrate', '--db', db, '--sql')).out).toMatch(/create table mendkit_document/)
  expect((await mendkit('status', '--db', db)).error).toMatch(/does not exist/)
  expect(await mendkitJson('migrate', '--db', db)).toMatchObject({ from: 0, to: 1, done: true })
  expect(await mendkitJson('migrate', '--db', db)).toMatchObject({ from: 1, to: 1, done: false, steps: [] })
  expect((await mendkit('status', '--db', db)).code).toBe(0)
  expect((await mendkit('migrate', '--db', db, '--sql', '--dry-run')).code).toBe(2)
}, 60_000)

test('a server that is not there and a URL that is none are told without the password', async () => {
  const secret = 'sw0rdfish'
  const unreachable = /127\.0\.0\.1:1\/mendkit cannot be reached/
  const tried = [
    [`postgres://ada:${secret}@127.0.0.1:1/mendkit`, unreachable, 'status'],
    [`mysql://ada:${secret}@127.0.0.1:1/mendkit`, unreachable, 'doctor'],
    [`mariadb://ada:${secret}@127.0.0.1:1/mendkit`, unreachable, 'backup', '--out', 'none'],
    [`postgres://ada:${secret}@127.0.0.1:1`, /names no database/, 'migrate'],
    [`postgres:ada:${secret}@127.0.0.1/mendkit`, /looks like a URL/, 'pause', '--as', 'ada'],
    [`oracle://ada:${secret}@127.0.0.1/mendkit`, /oracle: databases are not supported/, 'drill'],
  ] as const
  // Side by side: a server that is not there is given some seconds to come.
  const judge = async ([url, says, ...command]: (typeof tried)[number]) => {
    const { code, out, error } = await mendkitIn({ env: { MENDKIT_DB: url }, cwd: temporaryFolder() }, ...command)
    expect([url, code === 0, `${out}${error}`]).toEqual([url, false, expect.stringMatching(says)])
    expect(`${out}${error}`).not.toContain(secret)
  }
  await Promise.all(tried.map(judge))
}, 120_000)
