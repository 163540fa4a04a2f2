import { createHash, createPublicKey, verify } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMendkit, fileSigner, type Principal, silentLogger } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { expect, test } from 'vitest'
import { streamToNewFile } from '../src/commands/audit/stream-to-file.ts'
import { mendkit, mendkitProcess } from './support/run-cli.ts'
import { temporaryFolder } from './support/world.ts'

const name = 'ops.example.com/mendkit'
const ada: Principal = { id: 'ada', roles: [], tenant: 'default', via: 'test' }

async function mendkitJson(...args: readonly string[]): Promise<unknown> {
  const { code, out, error } = await mendkit(...args, '--json')
  expect([code, error]).toEqual([0, ''])
  return JSON.parse(out)
}

/** A signed log of an incident with a note, in a folder of its own. */
async function signedLog() {
  const folder = temporaryFolder()
  const at = (file: string) => join(folder, file)
  const keygen = await mendkitJson('audit', 'keygen', '--out', at('log.key'), '--name', name)
  const { verifierKey } = keygen as { verifierKey: string }
  const host = createMendkit({
    store: sqlStore(at('mendkit.db')),
    settings: { engine: { sweepMs: 10 } },
    system: { signer: fileSigner(at('log.key')), log: silentLogger },
  })
  const stop = new AbortController()
  const running = host.run({ signal: stop.signal })
  const now = new Date().toISOString()
  await host.ingest({ source: 'am', complete: false, asOf: now, alerts: [{ labels: { alertname: 'Broken' } }] })
  let id: string | undefined
  for await (const event of host.watch({ after: -1, types: ['incident-opened'] })) {
    id = event.subject.id
    break
  }
  await host.as(ada).incidents.note(id ?? '', 'Zoe said: \u202e"wait"\u0007 🙂')
  stop.abort()
  await running
  await host.close()
  return { at, db: at('mendkit.db'), id: id ?? '', verifierKey }
}

const sha256 = (...parts: readonly Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()

/** The root of a log (RFC 6962) over the texts of its entries, computed by nothing but SHA-256. */
function rootOf(entries: readonly string[]): Buffer {
  if (entries.length === 1) return sha256(Buffer.from([0]), Buffer.from(entries[0] ?? '', 'utf8'))
  let split = 1
  while (split * 2 < entries.length) split *= 2
  return sha256(Buffer.from([1]), rootOf(entries.slice(0, split)), rootOf(entries.slice(split)))
}

interface Line {
  readonly entry: string
  readonly blobs: Record<string, { digest: string; salt?: string; text?: string; erased?: true }>
}

function parsed(text: string) {
  const lines = text.trimEnd().split('\n')
  const last = JSON.parse(lines.at(-1) ?? '') as { checkpoint: string; from: number; to: number; entries: number }
  return { entries: lines.slice(0, -1).map((line) => JSON.parse(line) as Line), last }
}

test('an outsider computes the root that the checkpoint signs, and the digest of every text, from an export alone', async () => {
  const { db, verifierKey } = await signedLog()
  const { code, out, error } = await mendkitProcess('audit', 'export', '--db', db)
  expect([code, error]).toEqual([0, ''])
  const { entries, last } = parsed(out)
  expect(last).toMatchObject({ from: 0, to: entries.length - 1, entries: entries.length })
  const [text, signatures = ''] = last.checkpoint.split('\n\n')
  const [, size, root] = (text ?? '').split('\n')
  expect(Number(size)).toBe(entries.length)
  expect(rootOf(entries.map(({ entry }) => entry)).toString('base64')).toBe(root)

  const raw = Buffer.from(verifierKey.split('+').slice(2).join('+'), 'base64').subarray(1)
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw])
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  const signature = Buffer.from(signatures.trim().split(' ')[2] ?? '', 'base64').subarray(4)
  expect(verify(null, Buffer.from(`${text}\n`), key, signature)).toBe(true)

  const blobs = entries.flatMap((line) => Object.values(line.blobs))
  expect(blobs.map((blob) => blob.text)).toContain('Zoe said: "wait" 🙂')
  for (const { digest, salt = '', text: words = '' } of blobs) {
    expect(sha256(Buffer.from(salt, 'hex'), Buffer.from(words, 'utf8')).toString('hex')).toBe(digest)
  }
}, 120_000)

test('a stretch is exported with a checkpoint that speaks of it, and ocsf has an event a line', async () => {
  const { db, at } = await signedLog()
  const part = await mendkit('audit', 'export', '--db', db, '--from', '1', '--to', '2')
  const { entries, last } = parsed(part.out)
  expect(entries.map(({ entry }) => (JSON.parse(entry) as { seq: number }).seq)).toEqual([1, 2])
  expect(Number(last.checkpoint.split('\n')[1])).toBeGreaterThanOrEqual(3)

  const file = at('audit.ocsf')
  const written = await mendkitJson('audit', 'export', '--db', db, '--format', 'ocsf', '--out', file)
  expect(written).toMatchObject({ file, format: 'ocsf', from: 0 })
  const events = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { message: string; metadata: { sequence: number } })
  expect(events).toHaveLength((written as { entries: number }).entries)
  expect(events.map(({ metadata }) => metadata.sequence)).toEqual(events.map((_, seq) => seq))
  expect(events.find(({ message }) => message === 'engine-started')).toMatchObject({
    ...{ class_uid: 6002, type_uid: 600_203 },
    metadata: { version: '1.5.0' },
  })
  const again = await mendkit('audit', 'export', '--db', db, '--out', file)
  expect([again.code, again.error]).toEqual([1, expect.stringContaining('it is there already')])
  expect((await mendkit('audit', 'export', '--db', db, '--tenant', 'none')).error).toContain('has no audit log')
  for (const wrong of [
    ['--format', 'xml'],
    ['--from', '999'],
    ['--to', '999'],
    ['--from', '-1'],
  ]) {
    expect((await mendkit('audit', 'export', '--db', db, ...wrong)).code).toBe(2)
  }
}, 120_000)

test('an export that fails midway leaves no file', async () => {
  const { db, at } = await signedLog()
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(db)
  database.exec('delete from mendkit_audit where seq = 2')
  database.close()
  const file = at('audit.ndjson')
  const { code, error } = await mendkit('audit', 'export', '--db', db, '--out', file)
  expect([code, error]).toEqual([1, expect.stringContaining('audit verify')])
  expect(existsSync(file)).toBe(false)
}, 120_000)

test('erase counts first, takes the role, and leaves a log that verifies and an export that says what is gone', async () => {
  const { db, at, id, verifierKey } = await signedLog()
  const as = ['--db', db, '--key', at('log.key'), '--because', 'request 17']
  const olga = [...as, '--as', 'olga', '--role', 'privacy-officer']
  const refused = await mendkit('audit', 'erase', '--incident', id, ...as, '--as', 'bob')
  expect([refused.code, refused.error]).toEqual([1, expect.stringContaining('privacy-officer')])
  const open = await mendkit('audit', 'erase', '--mentions', 'zoe', '--dry-run', ...olga)
  expect([open.code, open.out]).toEqual([1, expect.stringContaining(id)])

  const host = createMendkit({
    store: sqlStore(db),
    settings: { engine: { sweepMs: 10 } },
    system: { signer: fileSigner(at('log.key')), log: silentLogger },
  })
  const stop = new AbortController()
  const running = host.run({ signal: stop.signal })
  const closing = host.watch({ types: ['phase-changed', 'notice-sent'] })[Symbol.asyncIterator]()
  const closed = closing.next()
  await host.as(ada).incidents.close(id)
  await closed
  stop.abort()
  await running
  await host.close()

  const counted = await mendkitJson('audit', 'erase', '--mentions', 'zoe', '--dry-run', ...olga)
  expect(counted).toMatchObject({ dryRun: true, texts: 1, notClosed: [] })
  expect(await mendkitJson('audit', 'erase', '--mentions', 'zoe', ...olga)).toMatchObject({ texts: 1 })
  writeFileSync(at('trusted'), verifierKey)
  expect((await mendkit('audit', 'verify', '--db', db, '--trust', at('trusted'))).code).toBe(3)
  const { entries } = parsed((await mendkit('audit', 'export', '--db', db)).out)
  const gone = entries.flatMap((line) => Object.values(line.blobs)).filter((blob) => blob.erased === true)
  expect(gone).toEqual([{ digest: expect.stringMatching(/^[0-9a-f]{64}$/), erased: true }])
  expect(entries.at(-1)?.entry).toContain(gone[0]?.digest)
  const both = await mendkit('audit', 'erase', '--mentions', 'zoe', '--incident', id, ...olga)
  expect(both.code).toBe(2)
}, 120_000)

test('a disk that takes no more is told by the file, of which nothing is left', async () => {
  const file = join(temporaryFolder(), 'audit.ndjson')
  async function* lines() {
    yield 'one'
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' })
  }
  const written = streamToNewFile(file, lines())
  await expect(written).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(file) })
  expect(existsSync(file)).toBe(false)
})
