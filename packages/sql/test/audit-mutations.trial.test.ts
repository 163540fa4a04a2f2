import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { inspect } from 'node:util'
import { type Blob, blobDigest, redact, verifierKeyOf, verifierKeyText, verifyAudit } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext, testSigner, virtualClock } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFile } from './folder.ts'
import { type LogTables, logTables, type Row } from './log-rows.ts'
import { aChange, aDraft, tenant } from './rows.ts'
import { isOther, tableEvidence } from './table-evidence.ts'

const ctx = callContext()
const signer = testSigner()
const trust = [verifierKeyText(verifierKeyOf(signer))]
/** Another seed plays other changes. */
const seed = 4
const names = Object.keys(logTables) as (keyof LogTables)[]
const keys = ['tenant', 'seq', 'level', 'start', 'size', 'digest']

function aBlob(mark: number): Blob {
  const [salt, text] = [mark.toString(16).padStart(32, 'a'), redact(`text ${mark} of é`)]
  return { tenant, salt, text, digest: blobDigest(salt, text) }
}

/** A signed log on a SQLite file, and the file as somebody else has it open. */
async function aLog() {
  const file = temporaryFile()
  const store = sqlStore(file)
  await store.open({ clock: virtualClock(), signer }, ctx)
  const blobs = [0, 1, 2, 3].map(aBlob)
  for (const group of [[0, 1, 2], [3], [4, 5]]) {
    const named = group.flatMap((mark) => blobs[mark] ?? [])
    const audit = group.map((mark) => ({ ...aDraft(mark), blobs: { note: blobs[mark % 4]?.digest ?? '' } }))
    await store.commit(aChange({ put: named.map((blob) => ({ kind: 'blob', blob })), audit }), ctx)
  }
  const other = new DatabaseSync(file, { timeout: 5_000 })
  // What is written here need not outlive the machine.
  other.exec('pragma synchronous = off')
  onTestFinished(async () => {
    other.close()
    await store.close()
  })
  const read = (): LogTables => {
    const rows = names.map((table) => [table, other.prepare(`select * from ${table}`).all()] as const)
    return Object.fromEntries(rows) as unknown as LogTables
  }
  return { store, other, read, named: new Set<unknown>(blobs.map(({ digest }) => digest)) }
}

/** Another value for a cell: of another type, another row's, or the same with a letter or byte changed. */
function otherValue(
  value: unknown,
  column: string,
  rows: readonly Row[],
  below: (end: number) => number,
): SQLInputValue {
  const kind = below(keys.includes(column) ? 2 : 5)
  if (kind === 0) return (rows[below(rows.length)]?.[column] ?? null) as SQLInputValue
  if (kind === 2) return [null, 7, 'text', Buffer.from('bytes'), Buffer.of(0xff, 0xfe)][below(5)] ?? null
  if (kind === 3) return value instanceof Uint8Array ? Buffer.from(value).toString() : Buffer.from(String(value))
  if (typeof value === 'number') return value + below(3) - 1
  const bytes = Buffer.from(value instanceof Uint8Array ? value : String(value))
  if (bytes.length > 0) bytes[below(bytes.length)] = below(value instanceof Uint8Array ? 256 : 128)
  return value instanceof Uint8Array ? bytes : bytes.toString()
}

test('2,000 changes of cells and rows in a SQLite file are flagged when they change evidence, and never stop the verifier', async () => {
  console.log(`mutations of the log in SQLite: seed ${seed}`)
  const { store, other, read, named } = await aLog()
  const original = read()
  const before = tableEvidence(original, tenant, named)
  let state = seed | 1
  const below = (end: number) => {
    state = Math.imul(state ^ (state << 13), 1)
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % end
  }
  const tally = { changed: 0, harmless: 0 }
  for (let turn = 0; turn < 2_000; turn += 1) {
    const table = names[below(names.length)] ?? 'mendkit_audit'
    const columns: readonly string[] = logTables[table]
    const column = columns[below(columns.length)] ?? ''
    const rows = original[table]
    const row = rows[below(rows.length)] ?? {}
    const where = columns.filter((one) => keys.includes(one) && !(table === 'mendkit_audit_head' && one === 'size'))
    const at = `where ${where.map((one) => `${one} = ?`).join(' and ')}`
    const place = where.map((one) => row[one] as SQLInputValue)
    const changed = otherValue(row[column], column, rows, below)
    const isGone = below(12) === 0
    other.exec('begin')
    try {
      if (isGone) other.prepare(`delete from ${table} ${at}`).run(...place)
      else other.prepare(`update ${table} set ${column} = ? ${at}`).run(changed, ...place)
    } catch (error) {
      // The table's own rules refuse it: a second row of a key, or nothing where something must be.
      expect(String(error)).toMatch(/constraint failed/)
      other.exec('rollback')
      continue
    }
    other.exec('commit')
    const isChanged = isOther(before, tableEvidence(read(), tenant, named))
    const found = await verifyAudit(store, tenant, { trust }, ctx)
    const what = `turn ${turn} of seed ${seed}: ${isGone ? 'no' : column} ${inspect(changed)} in ${table} ${inspect(place)}`
    expect([what, found.verified, found.findings.length > 0]).toEqual([what, !isChanged, isChanged])
    tally[isChanged ? 'changed' : 'harmless'] += 1
    restore(other, table, columns, rows)
  }
  expect(tally.changed).toBeGreaterThan(1_000)
  expect(tally.harmless).toBeGreaterThan(50)
}, 120_000)

function restore(other: DatabaseSync, table: string, columns: readonly string[], rows: readonly Row[]): void {
  other.exec(`begin; delete from ${table}`)
  const insert = other.prepare(`insert into ${table} (${columns.join()}) values (${columns.map(() => '?').join()})`)
  for (const row of rows) insert.run(...columns.map((column) => row[column] as SQLInputValue))
  other.exec('commit')
}
