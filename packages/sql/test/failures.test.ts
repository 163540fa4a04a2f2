import { closeSync, copyFileSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { type ErrorCode, MendkitError, type Redacted, systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext, verifyLog } from '@mendkit/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sqliteKysely } from '../src/client.ts'
import { openStore, tamper, temporaryFile, temporaryFolder } from './folder.ts'
import { aChange, aDraft, anAlert, counts, tenant } from './rows.ts'

const ctx = callContext()

async function failure(call: () => Promise<unknown>): Promise<MendkitError> {
  const error: unknown = await call().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!MendkitError.is(error)) throw new Error('it should have failed with a Mendkit error', { cause: error })
  return error
}

async function failsToOpen(file: string, code: ErrorCode, says: RegExp): Promise<void> {
  const store = sqlStore(file, { lockPatienceMs: 20 })
  onTestFinished(() => store.close())
  const error = await failure(() => store.open({ clock: systemClock }, ctx))
  expect([error.code, error.message]).toEqual([code, expect.stringMatching(says)])
  expect(error.message).toContain(file)
  expect((await failure(() => store.counter(tenant, 'c', ctx))).code).toBe('unavailable')
}

async function closedStore(): Promise<string> {
  const file = temporaryFile()
  const store = await openStore(file)
  const alerts = Array.from({ length: 200 }, (_, index) => anAlert(`alert_${index}`))
  const put = [
    { kind: 'document', table: 'setting', row: { tenant, id: 'pause', value: true, revision: 0 } },
    { kind: 'alerts', rows: alerts },
    { kind: 'blob', blob: { tenant, digest: 'd', salt: 'a', text: 'a pod restarts' as Redacted } },
  ] as const
  await store.commit(aChange({ put, audit: [aDraft(1)] }), ctx)
  await store.close()
  return file
}

describe('opening', () => {
  test('below a regular file, in a folder that is not there, or as a folder is a config error', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'regular'), 'text')
    await failsToOpen(join(folder, 'regular', 'mendkit.db'), 'config', /folder exists/)
    await failsToOpen(join(folder, 'missing', 'mendkit.db'), 'config', /folder exists/)
    await failsToOpen(folder, 'config', /cannot be opened/)
  })

  test('something that is not the name of a file is a config error at once', () => {
    for (const name of ['', ':memory:', 'file:mendkit.db?mode=memory']) {
      expect(() => sqlStore(name)).toThrow(expect.objectContaining({ code: 'config' }))
    }
  })

  test('a file that is no database is corrupt, and is left as it was', async () => {
    const file = temporaryFile()
    writeFileSync(file, 'not a database '.repeat(1_000))
    await failsToOpen(file, 'corrupt', /no database of ours/)
    expect(readFileSync(file, 'utf8')).toBe('not a database '.repeat(1_000))
  })

  test('a schema that a newer version made unreadable is unsupported; one that is newer but readable opens', async () => {
    const file = await closedStore()
    tamper(file, 'update mendkit_schema set version = 9, minimum_reader = 1')
    const store = await openStore(file)
    expect((await store.get('setting', tenant, 'pause', ctx))?.value).toBe(true)
    await store.close()
    tamper(file, 'update mendkit_schema set minimum_reader = 8')
    await failsToOpen(file, 'unsupported', /schema 9, readable from 8.*update @mendkit\/sql/)
  })

  test('a schema row that makes no sense is corrupt', async () => {
    const file = await closedStore()
    tamper(file, "update mendkit_schema set version = 'x'")
    await failsToOpen(file, 'corrupt', /schema row/)
    tamper(file, 'delete from mendkit_schema')
    await failsToOpen(file, 'corrupt', /schema row/)
  })

  test('a file that another process keeps locked is unavailable, and opens once it is free', async () => {
    const file = temporaryFile()
    const other = new DatabaseSync(file)
    onTestFinished(() => other.close())
    other.exec('pragma journal_mode = wal; begin immediate')
    await failsToOpen(file, 'unavailable', /locked by another process/)
    other.exec('rollback')
    await openStore(file)
  })
})

describe('a damaged database', () => {
  test('is corrupt where it is damaged, naming the file', async () => {
    const file = await closedStore()
    const size = statSync(file).size
    const handle = openSync(file, 'r+')
    for (let at = 4_096; at < size; at += 4_096) writeSync(handle, Buffer.alloc(200, 0xa5), 0, 200, at)
    closeSync(handle)
    const store = sqlStore(file)
    onTestFinished(() => store.close())
    const error = await failure(async () => {
      await store.open({ clock: systemClock }, ctx)
      await store.get('setting', tenant, 'pause', ctx)
    })
    expect([error.code, error.message]).toEqual(['corrupt', expect.stringContaining(file)])
  })

  test.each([
    ["update mendkit_document set body = '{'", /setting pause .* not JSON/],
    ["update mendkit_document set body = '[]'", /setting pause/],
    [`update mendkit_document set body = '{"tenant":"acme","id":"other","value":1,"revision":1}'`, /another row/],
    ['update mendkit_document set revision = 7', /another row/],
  ])('a document after `%s` is corrupt, naming the document', async (statement, says) => {
    const file = await closedStore()
    tamper(file, statement)
    const store = await openStore(file)
    const error = await failure(() => store.get('setting', tenant, 'pause', ctx))
    expect([error.code, error.message]).toEqual(['corrupt', expect.stringMatching(says)])
  })

  test.each([
    ["update mendkit_alert set body = 'null'", 'corrupt'],
    ['update mendkit_audit_head set last = 7', 'corrupt'],
    ['update mendkit_audit set bytes = 5', 'corrupt'],
    ["update mendkit_blob set body = x'ff'", 'corrupt'],
    ["update mendkit_blob set body = 'text'", 'corrupt'],
    ['drop table mendkit_alert', 'corrupt'],
  ])('after `%s` reading is %s', async (statement, code) => {
    const file = await closedStore()
    tamper(file, statement)
    const store = await openStore(file)
    const error = await failure(async () => {
      await store.alerts(tenant, ['alert_1'], ctx)
      await store.readAudit({ tenant, from: 0, limit: 10 }, ctx)
      await store.blobs(tenant, ['d'], ctx)
      await store.auditHead(tenant, ctx)
    })
    expect(error.code).toBe(code)
  })
})

describe('a database that another process holds', () => {
  test('is waited for without blocking the event loop, then written', async () => {
    const file = temporaryFile()
    const store = await openStore(file)
    const other = new DatabaseSync(file)
    onTestFinished(() => other.close())
    other.exec('begin immediate')
    let settled = false
    const waiting = store.commit(aChange({ put: [counts('c')], audit: [aDraft(1)] }), ctx).finally(() => {
      settled = true
    })
    for (let turn = 0; turn < 50; turn += 1) await setImmediate()
    expect(settled).toBe(false)
    expect(await store.counter(tenant, 'c', ctx)).toBe(0)
    other.exec('commit')
    expect((await waiting).kind).toBe('committed')
    expect(await store.counter(tenant, 'c', ctx)).toBe(1)
  })

  test('is unavailable when it stays locked, with a moment to try again, and works again afterwards', async () => {
    const file = temporaryFile()
    const store = await openStore(file, { lockPatienceMs: 20 })
    const other = new DatabaseSync(file)
    onTestFinished(() => other.close())
    other.exec('begin immediate')
    const changes = ['a', 'b', 'c'].map((name) =>
      store.commit(aChange({ put: [counts(name)], audit: [aDraft(1)] }), ctx),
    )
    for (const change of changes) {
      const error = await failure(() => change)
      expect(error).toMatchObject({ code: 'unavailable', retryAfterMs: expect.any(Number) })
      expect(error.message).toContain(file)
    }
    const claim = await failure(async () => {
      await store.renew({ tenant, incidentId: 'inc_1', epoch: 1, inputs: 0 }, 1_000, ctx)
    })
    expect(claim.code).toBe('unavailable')
    other.exec('rollback')
    expect((await store.commit(aChange({ put: [counts('a')], audit: [aDraft(1)] }), ctx)).kind).toBe('committed')
    expect(await verifyLog(store)).toBe(1)
  })
})

describe('a full disk', () => {
  test('is unavailable, leaves nothing half-written, lets what fits through, and is over when there is room', async () => {
    const file = temporaryFile()
    const database = new DatabaseSync(file)
    database.exec('pragma journal_mode = wal; pragma synchronous = full')
    const db = sqliteKysely(database)
    onTestFinished(() => db.destroy())
    const store = sqlStore({ db })
    await store.open({ clock: systemClock }, ctx)
    database.exec('pragma max_page_count = 60')

    const rows = Array.from({ length: 2_000 }, (_, index) => anAlert(`alert_${index}`))
    const large = aChange({ put: [counts('large'), { kind: 'alerts', rows }], audit: [aDraft(1)] })
    const small = aChange({ put: [counts('small')], audit: [aDraft(2)] })
    const [before, refused, after] = await Promise.allSettled(
      [small, large, small].map((each) => store.commit(each, ctx)),
    )
    expect([before?.status, after?.status]).toEqual(['fulfilled', 'fulfilled'])
    const error = await failure(() =>
      refused?.status === 'rejected' ? Promise.reject(refused.reason) : Promise.resolve(),
    )
    expect([error.code, error.message]).toEqual(['unavailable', expect.stringMatching(/no room to grow/)])
    expect(await store.counter(tenant, 'large', ctx)).toBe(0)
    expect(await store.counter(tenant, 'small', ctx)).toBe(2)
    expect(await store.pendingAlerts({ limit: 10 }, ctx)).toEqual([])
    expect(await verifyLog(store)).toBe(2)

    database.exec('pragma max_page_count = 100000')
    expect((await store.commit(large, ctx)).kind).toBe('committed')
    expect(await store.pendingAlerts({ limit: 1_000 }, ctx)).toHaveLength(1_000)
    expect(await verifyLog(store)).toBe(3)
  })
})

test('a database that may not be written is a config error', async () => {
  const database = new DatabaseSync(await closedStore())
  const db = sqliteKysely(database)
  onTestFinished(() => db.destroy())
  const store = sqlStore({ db })
  await store.open({ clock: systemClock }, ctx)
  database.exec('pragma query_only = on')
  const error = await failure(() => store.commit(aChange({ put: [counts('c')] }), ctx))
  expect([error.code, error.message]).toEqual(['config', expect.stringMatching(/host's database cannot be written/)])
})

describe('a file that is taken away while it is open', () => {
  test.each([
    ['deleted', () => undefined],
    ['replaced by another', (file: string) => copyFileSync(`${file}.other`, file)],
  ])('%s: nothing is written where it would be lost, and every call says so', async (_, replace) => {
    const file = temporaryFile()
    const store = await openStore(file)
    await store.commit(aChange({ put: [counts('c')] }), ctx)
    copyFileSync(file, `${file}.other`)
    rmSync(file)
    replace(file)
    const calls = [
      () => store.commit(aChange({ put: [counts('c')] }), ctx),
      () => store.now(ctx),
      () => store.claim({ owner: 'worker', leaseMs: 1_000, limit: 1 }, ctx),
    ]
    for (const call of calls) {
      const error = await failure(call)
      expect(error.code).toBe('unavailable')
      expect(error.message).toContain(`${file} was deleted or replaced while it was open`)
    }
  })
})
