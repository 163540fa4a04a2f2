import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { parseAuditEntry } from '@mendkit/core'
import { restoreBackup, sqlStore, takeBackup } from '@mendkit/sql'
import { callContext } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { startWorker, type Worker, type World } from './flag-host.ts'
import { openStore, temporaryFolder } from './folder.ts'

const ctx = callContext()
const poll = { timeout: 30_000 }

async function tell({ mendkit }: Worker, flag: string): Promise<void> {
  const alerts = [{ labels: { alertname: 'FlagBroken', flag } }]
  await mendkit.ingest({ source: 'am', complete: false, asOf: new Date().toISOString(), alerts })
}

async function entries({ mendkit }: Worker) {
  return (await mendkit.audit.read({ from: 0, limit: 1_000 })).map(({ bytes }) => parseAuditEntry(bytes))
}

/** Copies a database by backup and restore. */
async function copied(from: string, into: string, file: string): Promise<string> {
  await takeBackup(from, { file })
  await restoreBackup(into, { file })
  return into
}

test('an approval from before a restore counts for nothing: it is void, and asked anew', async () => {
  const at = (name: string) => join(folder, name)
  const folder = temporaryFolder()
  const world: World = { turnedOff: new Map(), calls: 0, open: Promise.resolve() }
  const before = startWorker(at('host.db'), world, 'approve')
  await tell(before, 'flag-1')
  const open = async (worker: Worker) => (await worker.mendkit.approvals.list())[0]?.id
  await expect.poll(() => open(before), poll).toBeDefined()
  const asked = (await open(before)) ?? ''
  await before.stop()
  const db = await copied(at('host.db'), at('new.db'), at('backup'))

  const store = await openStore(db)
  expect((await store.get('approval', 'default', asked, ctx))?.state).toBe('open')
  const after = startWorker(db, world, 'approve')
  await expect.poll(() => open(after), poll).toSatisfy((id) => id !== undefined && id !== asked)
  const again = (await open(after)) ?? ''
  expect(await store.get('approval', 'default', asked, ctx)).toMatchObject({ state: 'void', voidBecause: 'restored' })
  const told = (await entries(after)).filter(({ type }) => type === 'approval-void' || type === 'engine-started')
  expect(told.map(({ type, data }) => [type, data['because']])).toEqual([
    ['engine-started', undefined],
    ['approval-void', 'restored'],
    ['engine-started', undefined],
  ])
  const digest = (await after.mendkit.approvals.get(again))?.digest ?? ''
  const alice = { id: 'alice', tenant: 'default', roles: ['approver'], via: 'test' }
  await after.mendkit.as(alice).approvals.approve(again, { digest })
  await expect.poll(() => world.turnedOff.has('flag-1'), poll).toBe(true)

  // The word is heard once: what is asked after it stands over the next start.
  await tell(after, 'flag-2')
  await expect.poll(() => open(after), poll).toBeDefined()
  const second = await open(after)
  await after.stop()
  const third = startWorker(db, world, 'approve')
  await expect.poll(async () => (await third.mendkit.health()).running, poll).toBe(true)
  await expect
    .poll(async () => (await entries(third)).filter(({ type }) => type === 'engine-started').length, poll)
    .toBe(3)
  expect(await open(third)).toBe(second)
}, 120_000)

test('an execution that was under way is classified by the world: one that came about is found, and not done again', async () => {
  const folder = temporaryFolder()
  const at = (name: string) => join(folder, name)
  const gate = Promise.withResolvers<void>()
  const world: World = { turnedOff: new Map(), calls: 0, open: gate.promise }
  const before = startWorker(at('host.db'), world)
  await tell(before, 'flag-1')
  await expect.poll(() => world.calls, poll).toBe(1)
  // The intent is durable and the call is on its way: the backup knows no more.
  const db = await copied(at('host.db'), at('new.db'), at('backup'))
  gate.resolve()
  await expect.poll(() => world.turnedOff.size, poll).toBe(1)
  await before.stop()

  const store = sqlStore(db)
  await store.open({ clock: { now: () => 0, monotonic: () => 0, sleep: async () => undefined } }, ctx)
  onTestFinished(() => store.close())
  const states = async () => (await store.list('execution', { limit: 10 }, ctx)).map(({ state }) => state)
  expect(await states()).toEqual(['intent'])
  const after = startWorker(db, world)
  await expect.poll(states, poll).not.toEqual(['intent'])
  await expect.poll(async () => (await entries(after)).map(({ type }) => type), poll).toContain('execution-observed')
  expect(world.calls).toBe(1)
  expect([...world.turnedOff.keys()]).toEqual(['flag-1'])
  expect((await after.mendkit.audit.verify()).verified).toBe(true)
}, 120_000)

test('what was erased before the backup stays erased, and a backup in which it came back is refused', async () => {
  const folder = temporaryFolder()
  const at = (name: string) => join(folder, name)
  const world: World = { turnedOff: new Map(), calls: 0, open: Promise.resolve() }
  const worker = startWorker(at('host.db'), world, 'approve')
  await tell(worker, 'flag-1')
  await expect.poll(async () => (await worker.mendkit.incidents.list())[0]?.id, poll).toBeDefined()
  const id = (await worker.mendkit.incidents.list())[0]?.id ?? ''
  await worker.mendkit.incidents.note(id, 'zoe@example.com called')
  await expect.poll(async () => (await entries(worker)).map(({ type }) => type), poll).toContain('approval-requested')
  await worker.mendkit.incidents.close(id)
  await expect.poll(async () => (await worker.mendkit.incidents.get(id))?.phase, poll).toBe('closed')
  const blobsOf = () => {
    using database = new DatabaseSync(at('host.db'), { readOnly: true })
    return database.prepare('select tenant, digest, salt, body from mendkit_blob').all()
  }
  const before = blobsOf()
  const officer = { id: 'olga', tenant: 'default', roles: ['privacy-officer'], via: 'test' }
  const erased = async () => {
    const { texts } = await worker.mendkit.as(officer).audit.erase({ incident: id, because: 'request 17' })
    return texts
  }
  await expect.poll(() => erased().catch(() => 0), poll).toBeGreaterThan(0)
  await worker.stop()
  const db = await copied(at('host.db'), at('new.db'), at('backup'))
  const store = await openStore(db)
  const blobs = (await store.readAudit({ tenant: 'default', from: 0, limit: 1_000 }, ctx)).flatMap(({ bytes }) =>
    Object.values(parseAuditEntry(bytes).blobs),
  )
  const texts = (await store.blobs('default', blobs, ctx)).map(({ text }) => text)
  expect(texts.join('\n')).not.toContain('zoe@example.com')

  using database = new DatabaseSync(at('host.db'))
  const insert = database.prepare('insert or ignore into mendkit_blob values (?, ?, ?, ?)')
  for (const row of before) insert.run(...(Object.values(row) as SQLInputValue[]))
  await takeBackup(at('host.db'), { file: at('undone') })
  await expect(restoreBackup(at('undone.db'), { file: at('undone') })).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringMatching(/was erased, and it is there/),
  })
}, 120_000)
