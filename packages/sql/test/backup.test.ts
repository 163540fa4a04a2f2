import { execFileSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { serialize } from 'node:v8'
import { gunzipSync } from 'node:zlib'
import { drill, inspectDatabase, manifestFile, restoreBackup, sqlStore, takeBackup } from '@mendkit/sql'
import { callContext, testSigner, verifyLog, virtualClock } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { keptTables, leftOutTables } from '../src/backup/contents.ts'
import { append, fill, signer, trust } from './deployment.ts'
import { openStore, temporaryFolder } from './folder.ts'
import { startChild } from './processes/child.ts'
import { aChange, counts, tenant } from './rows.ts'

const ctx = callContext()

/** A filled database, and names beside it. */
async function aDeployment() {
  const folder = temporaryFolder()
  const at = (name: string) => join(folder, name)
  const checkpoint = await fill(at('host.db'))
  return { at, folder, checkpoint }
}

function rowsOf(file: string, table: string): readonly unknown[] {
  using database = new DatabaseSync(file, { readOnly: true })
  const rows = database.prepare(`select * from ${table}`).all()
  return rows.toSorted((a, b) => Buffer.compare(serialize(a), serialize(b)))
}

/** SQLite itself leaves its own two files beside a database that was read. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => !/-(wal|shm)$/.test(name))
}

describe('a backup', () => {
  test('says of every table that a database of ours has whether it holds it', async () => {
    const { at } = await aDeployment()
    using database = new DatabaseSync(at('host.db'), { readOnly: true })
    const tables = database.prepare("select name from sqlite_master where type = 'table'").all()
    const answered = [...keptTables.map(({ table }) => table as string), ...Object.keys(leftOutTables)]
    expect(answered).toEqual(expect.arrayContaining(tables.map(({ name }) => name)))
    for (const { table, columns } of keptTables) {
      const stored = database.prepare(`select name from pragma_table_info('${table}')`).all()
      expect([table, columns.map(([name]) => name).toSorted()]).toEqual([
        table,
        stored.map(({ name }) => String(name)).toSorted(),
      ])
    }
  })

  test('brings back every row of every table, byte for byte, and the logs verify', async () => {
    const { at, checkpoint } = await aDeployment()
    const manifest = await takeBackup(at('host.db'), { file: at('backup'), signer })
    const restored = await restoreBackup(at('new.db'), { file: at('backup'), trust, anchors: [checkpoint] })
    expect(restored.diverged).toBeUndefined()
    expect(restored.logs[tenant]).toMatchObject({ verified: true, entries: 300, signed: true, anchoredEntries: 300 })
    expect(Object.keys(restored.logs)).toHaveLength(2)
    for (const { table } of keptTables) {
      const [before, after] = [rowsOf(at('host.db'), table), rowsOf(at('new.db'), table)]
      const told = after.filter((row) => (row as { id?: unknown }).id !== 'restored')
      expect([table, told]).toEqual([table, before])
      expect([table, manifest.tables[table]]).toEqual([table, before.length])
    }
    // The log goes on where it was, under the same key and origin.
    expect(await append(at('new.db'), 1_000)).toContain(`/${tenant}\n301\n`)
  })

  test('leaves leases behind, since nobody holds them where it is restored', async () => {
    const { at } = await aDeployment()
    const store = await openStore(at('host.db'))
    const [claim] = await store.claim({ owner: 'host-1', leaseMs: 3_600_000, limit: 1 }, ctx)
    expect(claim).toBeDefined()
    await takeBackup(at('host.db'), { file: at('backup'), signer })
    await restoreBackup(at('new.db'), { file: at('backup'), trust })
    const restored = await openStore(at('new.db'))
    const found = await restored.claim({ owner: 'host-2', leaseMs: 1_000, limit: 10 }, ctx)
    expect(found.map(({ incidentId }) => incidentId)).toContain(claim?.incidentId)
  })

  test('is of one moment, while another process goes on committing', async () => {
    const folder = temporaryFolder()
    const db = join(folder, 'busy.db')
    const child = startChild('./commit-forever.ts', db)
    const sizes: number[] = []
    for (const round of [1, 2, 3, 4]) {
      await child.printed(round * 60)
      const [file, scratch] = [join(folder, `backup-${round}`), join(folder, `scratch-${round}.db`)]
      await takeBackup(db, { file })
      const { logs } = await restoreBackup(scratch, { file })
      const restored = await openStore(scratch)
      // Every change adds two entries and counts them: half a change would show.
      const size = await verifyLog(restored)
      expect(await restored.counter(tenant, 'entries', ctx)).toBe(size)
      expect(logs[tenant]?.entries).toBe(size)
      sizes.push(size)
    }
    const printed = child.lines.length
    await child.printed(printed + 20)
    await child.kill()
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b))
    expect(new Set(sizes).size).toBe(sizes.length)
  }, 60_000)

  test('can be read by its owner alone, and shows its lines to zcat', async () => {
    const { at } = await aDeployment()
    await takeBackup(at('host.db'), { file: at('backup'), signer })
    for (const file of [at('backup'), manifestFile(at('backup'))]) expect(statSync(file).mode & 0o777).toBe(0o600)
    const lines = gunzipSync(readFileSync(at('backup')))
      .toString('utf8')
      .trimEnd()
      .split('\n')
    expect(JSON.parse(lines[0] ?? '')).toEqual({ mendkit: 'backup', format: 1 })
    expect(lines.filter((line) => line.startsWith('{"table"'))).toHaveLength(keptTables.length)
  })

  test('has a manifest that OpenSSL checks', async () => {
    const { at } = await aDeployment()
    await takeBackup(at('host.db'), { file: at('backup'), signer })
    const [body = '', tail = ''] = readFileSync(manifestFile(at('backup')), 'utf8').split('\n\n')
    const signature = Buffer.from(tail.trim().split(' ')[2] ?? '', 'base64').subarray(4)
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(signer.publicKey).toString('base64url') }
    writeFileSync(at('key.pem'), createPublicKey({ format: 'jwk', key: jwk }).export({ format: 'pem', type: 'spki' }))
    writeFileSync(at('signature'), signature)
    writeFileSync(at('text'), `${body}\n`)
    const check = () =>
      execFileSync('openssl', [
        ...['pkeyutl', '-verify', '-pubin', '-inkey', at('key.pem'), '-rawin'],
        ...['-in', at('text'), '-sigfile', at('signature')],
      ]).toString()
    expect(check()).toMatch(/Verified Successfully/)
    writeFileSync(at('text'), `${body.replace('"takenAt":"', '"takenAt":"1')}\n`)
    expect(check).toThrow()
  })

  test('is not taken under a file that is there, without the key of a signed log, or of a typo, and leaves nothing', async () => {
    const { at, folder } = await aDeployment()
    const before = filesIn(folder)
    await expect(takeBackup(at('host.db'), { file: at('backup') })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/signed.*--key/),
    })
    await expect(takeBackup(at('host.db'), { file: at('backup'), signer: testSigner(9) })).rejects.toMatchObject({
      message: expect.stringMatching(/another/),
    })
    await expect(takeBackup(at('hots.db'), { file: at('backup'), signer })).rejects.toMatchObject({ code: 'config' })
    expect(filesIn(folder)).toEqual(before)
    writeFileSync(at('there'), 'precious')
    await expect(takeBackup(at('host.db'), { file: at('there'), signer })).rejects.toMatchObject({ code: 'config' })
    expect(readFileSync(at('there'), 'utf8')).toBe('precious')
  })
})

describe('a restore', () => {
  test('goes only into an empty database, and leaves any other as it is', async () => {
    const { at } = await aDeployment()
    await takeBackup(at('host.db'), { file: at('backup'), signer })
    const other = await openStore(at('other.db'))
    await other.commit(aChange({ put: [counts('c')] }), ctx)
    await expect(restoreBackup(at('other.db'), { file: at('backup'), trust })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/not empty.*mendkit_counter/),
    })
    expect(await other.counter(tenant, 'c', ctx)).toBe(1)
    const empty = await openStore(at('empty.db'))
    await empty.close()
    await restoreBackup(at('empty.db'), { file: at('backup'), trust })
    await expect(restoreBackup(at('empty.db'), { file: at('backup'), trust })).rejects.toMatchObject({ code: 'config' })
  })

  test('that fails makes no file, and leaves tables that were empty empty', async () => {
    const { at, folder } = await aDeployment()
    await takeBackup(at('host.db'), { file: at('backup'), signer })
    const strange = 'other.example.com/mendkit/acme\n9\nAAAA\n'
    for (const anchors of [[strange], ['nothing']]) {
      await expect(restoreBackup(at('new.db'), { file: at('backup'), trust, anchors })).rejects.toMatchObject({
        code: 'invalid',
      })
      expect(existsSync(at('new.db'))).toBe(false)
    }
    const empty = await openStore(at('empty.db'))
    await expect(restoreBackup(at('empty.db'), { file: at('backup'), trust, anchors: [strange] })).rejects.toThrow()
    expect(await empty.auditHead(tenant, ctx)).toMatchObject({ size: 0 })
    for (const { table } of keptTables) expect([table, rowsOf(at('empty.db'), table)]).toEqual([table, []])
    expect(readdirSync(folder).some((name) => name.startsWith('new'))).toBe(false)
  })

  test('of a signed log asks for the keys to trust, and of one that nobody signs says that it is unsigned', async () => {
    const { at } = await aDeployment()
    await takeBackup(at('host.db'), { file: at('backup'), signer })
    await expect(restoreBackup(at('new.db'), { file: at('backup') })).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringMatching(/--trust/),
    })
    const store = sqlStore(at('unsigned.db'))
    await store.open({ clock: { now: () => 1, monotonic: () => 1, sleep: async () => undefined } }, ctx)
    await store.commit(aChange({ put: [counts('c')] }), ctx)
    await store.close()
    await takeBackup(at('unsigned.db'), { file: at('plain') })
    expect((await restoreBackup(at('plain.db'), { file: at('plain') })).signedBy).toEqual([])
    await expect(restoreBackup(at('again.db'), { file: at('plain'), trust })).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringMatching(/is not signed/),
    })
  })

  test('of a database that was tampered with before its backup is refused', async () => {
    const { at } = await aDeployment()
    using database = new DatabaseSync(at('host.db'))
    database.exec(
      `update mendkit_audit set bytes = cast(replace(cast(bytes as text), '"relapses":7', '"relapses":8') as blob) where seq = 7`,
    )
    await takeBackup(at('host.db'), { file: at('backup'), signer })
    await expect(restoreBackup(at('new.db'), { file: at('backup'), trust })).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(/damaged at entry [78]:/),
    })
    expect(existsSync(at('new.db'))).toBe(false)
  })
})

describe('given up in the middle', () => {
  /** Aborts when the work has begun and asks for the time. */
  function stopped() {
    const stop = new AbortController()
    const reason = new Error('stopped by SIGINT')
    const now = () => {
      stop.abort(reason)
      return 1_767_225_600_000
    }
    return { reason, clock: { ...virtualClock(), now }, signal: stop.signal }
  }

  test('a backup leaves no file', async () => {
    const { at, folder } = await aDeployment()
    const before = filesIn(folder)
    const { reason, ...how } = stopped()
    await expect(takeBackup(at('host.db'), { file: at('backup'), signer, ...how })).rejects.toBe(reason)
    expect(filesIn(folder)).toEqual(before)
  })

  test('a restore leaves no database, and the next one succeeds', async () => {
    const { at, folder } = await aDeployment()
    await takeBackup(at('host.db'), { file: at('backup'), signer })
    const before = filesIn(folder)
    const { reason, ...how } = stopped()
    await expect(restoreBackup(at('new.db'), { file: at('backup'), trust, ...how })).rejects.toBe(reason)
    expect(filesIn(folder)).toEqual(before)
    expect(await restoreBackup(at('new.db'), { file: at('backup'), trust })).toMatchObject({
      signedBy: [expect.any(String)],
    })
  })
})

describe('a drill', () => {
  test('says that it could not be tried when something else is at fault', async () => {
    const { at } = await aDeployment()
    const from = { database: at('host.db') }
    await expect(drill({ from, signer, trust, into: at('host.db') })).rejects.toMatchObject({ code: 'config' })
    const from2 = { file: at('nothing') }
    await expect(drill({ from: from2, trust })).rejects.toMatchObject({ code: 'config' })
  })

  test('tells that all is well, how long each part took, and leaves nothing behind', async () => {
    const { at, folder, checkpoint } = await aDeployment()
    const before = filesIn(folder)
    const report = await drill({ from: { database: at('host.db') }, signer, trust, anchors: [checkpoint] })
    expect(report).toMatchObject({
      ok: true,
      because: [],
      signed: true,
      entries: 600,
      anchoredEntries: 300,
      diverged: false,
    })
    expect(report.timings.map(({ part }) => part)).toEqual(['backup', 'restore and verify', 'compare'])
    expect(filesIn(folder)).toEqual(before)
  })

  test('tells what is wrong, or that the backup is older than an anchor', async () => {
    const { at } = await aDeployment()
    await takeBackup(at('host.db'), { file: at('backup'), signer })
    const newer = await append(at('host.db'), 1_000)
    const from = { file: at('backup') }
    expect(await drill({ from, trust, anchors: [newer] })).toMatchObject({ ok: true, diverged: true })
    const bytes = readFileSync(at('backup'))
    bytes[100] = (bytes[100] ?? 0) ^ 1
    writeFileSync(at('backup'), bytes)
    expect(await drill({ from, trust })).toMatchObject({ ok: false, because: [expect.stringMatching(/cut, changed/)] })
    expect((await inspectDatabase(at('host.db'))).diverged).toBeUndefined()
  })
})
