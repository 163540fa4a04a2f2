import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createMendkit, defineEvidence, silentLogger } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { sqliteKysely } from '../src/client.ts'
import { openStore, tamper, temporaryFile, temporaryFolder } from './folder.ts'
import { runHost } from './host.ts'

describe('an engine on a file with a row that was altered by hand', () => {
  test('goes on with every other incident, calls for help about this one, and takes it up again once it is repaired', async () => {
    const file = temporaryFile()
    const host = runHost(sqlStore(file))
    await Promise.all([host.tell('Broken'), host.tell('Sound')])
    const id = await host.until('Broken', 'handed-over')
    await host.until('Sound', 'handed-over')
    const set = (phase: string) =>
      tamper(file, `update mendkit_document set body = json_set(body, '$.phase', '${phase}') where id = '${id}'`)
    set('limbo')
    await Promise.all([host.tell('Broken', 'resolved'), host.tell('Sound', 'resolved')])
    await host.until('Sound', 'resolved')
    await host.tell('New')
    await host.until('New', 'handed-over')
    // What would have joined it opens an incident of its own.
    await host.tell('Broken')
    expect(await host.until('Broken', 'handed-over')).not.toBe(id)
    await expect
      .poll(() => host.notices.find(({ urgency, incidentId }) => urgency === 'page' && incidentId === id)?.body)
      .toMatch(/`phase`/)
    await expect(host.mendkit.incidents.get(id)).rejects.toMatchObject({ code: 'corrupt', path: 'phase' })
    expect(host.errors.join('\n')).toContain(`incident ${id} of tenant default`)

    set('handed-over')
    await host.until('Broken', 'resolved')
    expect(await host.mendkit.audit.verify()).toMatchObject({ verified: true })
  }, 60_000)

  test('refuses an alert whose row does not read back, and takes the rest of its batch', async () => {
    const file = temporaryFile()
    const host = runHost(sqlStore(file))
    await host.tell('Broken')
    await host.until('Broken', 'handed-over')
    tamper(file, "update mendkit_alert set body = json_remove(body, '$.labels')")
    const batch = { source: 'am', complete: false, asOf: new Date().toISOString() }
    const alerts = ['Sound', 'Broken', 'New'].map((alertname) => ({ labels: { alertname } }))
    const result = await host.mendkit.ingest({ ...batch, alerts })
    expect(result).toMatchObject({
      accepted: 2,
      refused: [{ index: 1, path: 'alerts[1]', because: expect.stringMatching(/`labels`/) }],
    })
    await host.until('Sound', 'handed-over')
    await host.until('New', 'handed-over')
  }, 60_000)

  test('keeps what only a newer version knows when it writes a row again', async () => {
    const file = temporaryFile()
    const host = runHost(sqlStore(file))
    await host.tell('Broken')
    const id = await host.until('Broken', 'handed-over')
    await host.mendkit.incidents.takeOver(id)
    await expect.poll(() => states(file, 'notice')).toEqual(['sent'])
    const later = `json_set(body, '$.later', json('{"by":"newer"}'))`
    tamper(file, ...['document', 'alert'].map((table) => `update mendkit_${table} set body = ${later}`))
    const before = revisions(file)
    await host.mendkit.incidents.handBack(id)
    await host.tell('Broken', 'resolved')
    await host.until('Broken', 'resolved')
    const written = revisions(file).filter(({ key, revision }) => {
      const was = before.find((row) => row.key === key)
      return was !== undefined && was.revision < revision
    })
    expect(written.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['incident', 'setting', 'alert']))
    expect(written.map(({ later: kept }) => kept)).toEqual(written.map(() => '{"by":"newer"}'))
  }, 60_000)
})

/** The states of all documents of one table. */
function states(file: string, table: string): readonly unknown[] {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
  const rows = database.prepare('select state from mendkit_document where kind = ?').all(table)
  database.close()
  return rows.map((row) => row['state'])
}

/** Every document and alert of a file, with the field that only a newer version knows. */
function revisions(file: string) {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
  const rows = database
    .prepare(
      `select kind, id, revision, body -> '$.later' as later from mendkit_document
       union all select 'alert', id, revision, body -> '$.later' from mendkit_alert`,
    )
    .all()
  database.close()
  return rows.map((row) => ({
    kind: String(row['kind']),
    key: `${row['kind']} ${row['id']}`,
    revision: Number(row['revision']),
    later: row['later'],
  }))
}

describe('an engine whose store fails', () => {
  test('refuses alerts while another process holds the file, and takes them and goes on when it is free', async () => {
    const file = temporaryFile()
    const host = runHost(sqlStore(file, { lockPatienceMs: 20 }))
    await host.tell('Before')
    await host.until('Before', 'handed-over')
    const other = new DatabaseSync(file)
    onTestFinished(() => other.close())
    await expect.poll(() => locks(other)).toBe(true)
    await expect(host.tell('Meanwhile')).rejects.toMatchObject({
      code: 'unavailable',
      retryAfterMs: expect.any(Number),
      message: expect.stringMatching(new RegExp(`${file} is locked by another process`)),
    })
    expect((await host.mendkit.health()).running).toBe(true)
    other.exec('rollback')
    await host.tell('Meanwhile')
    await host.until('Meanwhile', 'handed-over')
    expect(await host.mendkit.audit.verify()).toMatchObject({ verified: true })
  }, 60_000)

  test('calls for help while the disk is full, loses nothing, and goes on by itself when there is room', async () => {
    const database = new DatabaseSync(temporaryFile())
    database.exec('pragma journal_mode = wal; pragma synchronous = full')
    const db = sqliteKysely(database)
    onTestFinished(() => db.destroy())
    const words = Array.from({ length: 20_000 }, (_, index) => `word${index}`).join(' ')
    const log = defineEvidence({
      id: 'log',
      tools: [
        {
          name: 'log.read',
          description: 'reads much',
          input: z.object({}),
          read: async () => ({ facts: [], text: words }),
        },
      ],
      gather: async () => [{ tool: 'log.read', input: {} }],
    })
    const host = runHost(sqlStore({ db }), [{ evidence: [log] }])
    await expect.poll(async () => (await host.mendkit.health()).ok).toBe(true)
    const pages = Number(database.prepare('pragma page_count').get()?.['page_count'])
    database.exec(`pragma max_page_count = ${pages + 10}`)
    await host.tell('Broken')
    await expect
      .poll(() => host.notices.find(({ urgency }) => urgency === 'page')?.body, { timeout: 15_000 })
      .toMatch(/no room to grow/)
    const many = Array.from({ length: 500 }, (_, index) => ({ labels: { alertname: `Storm${index}` } }))
    const batch = { source: 'am', complete: false, asOf: new Date().toISOString(), alerts: many }
    await expect(host.mendkit.ingest(batch)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/no room to grow; free disk space/),
    })
    expect(await host.mendkit.health()).toMatchObject({ running: true, store: 'reachable' })

    database.exec('pragma max_page_count = 1000000')
    await host.until('Broken', 'handed-over')
    expect(await host.mendkit.ingest(batch)).toMatchObject({ accepted: 500, refused: [] })
    expect(await host.mendkit.audit.verify()).toMatchObject({ verified: true })
  }, 60_000)
})

function locks(other: DatabaseSync): boolean {
  try {
    other.exec('begin immediate')
    return true
  } catch {
    return false
  }
}

describe('an engine that cannot open its store', () => {
  test.each([
    ['below a regular file', 'config', /folder exists/, notBelowAFolder],
    ['with a schema that it cannot read', 'unsupported', /update @mendkit\/sql/, ofANewerVersion],
    ['that is no database', 'corrupt', /restore it from a backup or name another file/, noDatabase],
  ] as const)('%s says so, touches nothing, and works once that is put right', async (_, code, says, prepare) => {
    const prepared = await prepare()
    const { file } = prepared
    const mendkit = createMendkit({ store: sqlStore(file), system: { log: silentLogger } })
    onTestFinished(() => mendkit.close())
    const refused = { code, message: expect.stringMatching(says) }
    const batch = { source: 'am', complete: false, asOf: new Date().toISOString() }
    const alerts = [{ labels: { alertname: 'Broken' } }]
    await expect(mendkit.run({ signal: new AbortController().signal })).rejects.toMatchObject(refused)
    await expect(mendkit.ingest({ ...batch, alerts })).rejects.toMatchObject(refused)
    await expect(mendkit.ingest({ ...batch, alerts })).rejects.toThrow(file)
    expect(await mendkit.health()).toMatchObject({ ok: false, store: 'unreachable' })
    prepared.putRight()
    expect(await mendkit.ingest({ ...batch, alerts })).toMatchObject({ accepted: 1 })
  })
})

function notBelowAFolder() {
  const regular = join(temporaryFolder(), 'regular')
  writeFileSync(regular, 'text')
  return {
    file: join(regular, 'mendkit.db'),
    putRight() {
      expect(readFileSync(regular, 'utf8')).toBe('text')
      rmSync(regular)
      mkdirSync(regular)
    },
  }
}

async function ofANewerVersion() {
  const file = temporaryFile()
  await (await openStore(file)).close()
  tamper(file, 'update mendkit_schema set version = 9, minimum_reader = 8')
  return { file, putRight: () => tamper(file, 'update mendkit_schema set version = 1, minimum_reader = 1') }
}

function noDatabase() {
  const file = temporaryFile()
  writeFileSync(file, 'not a database '.repeat(1_000))
  return {
    file,
    putRight() {
      expect(readFileSync(file, 'utf8')).toBe('not a database '.repeat(1_000))
      rmSync(file)
    },
  }
}
