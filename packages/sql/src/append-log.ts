import type { AuditCheckpoint, AuditRecord, AuditTilePart } from '@mendkit/core'
import { sql } from 'kysely'
import { bulkInsert } from './bulk-insert.ts'
import { madeOnce } from './made-once.ts'
import type { Database, Tables } from './tables.ts'

/** What a group adds to the log of a tenant. */
interface LogAddition {
  readonly tenant: string
  /** How many entries the log had; 0: it has no head yet. */
  readonly sizeBefore: number
  readonly records: readonly AuditRecord[]
  readonly tiles: readonly AuditTilePart[]
  readonly checkpoint: AuditCheckpoint | undefined
  readonly head: Omit<Tables['mendkit_audit_head'], 'tenant'>
}

/** Writes what is added to a log; answers whether its head still stood where it was. */
export type AppendLog = (db: Database, addition: LogAddition) => Promise<boolean>

/** Writes entries, tiles, checkpoint and head one after the other. */
export function appendInParts(): AppendLog {
  const insertEntries = bulkInsert('mendkit_audit', ['tenant', 'seq', 'bytes'], (insert) => insert)
  const insertTiles = bulkInsert('mendkit_audit_tile', ['tenant', 'level', 'start', 'hashes'], (insert) => insert)
  const insertCheckpoint = bulkInsert('mendkit_audit_checkpoint', ['tenant', 'size', 'note'], (insert) => insert)
  const insertHead = bulkInsert('mendkit_audit_head', ['tenant', ...headColumns], (insert) => insert)
  const moveHead = madeOnce(movedHead)
  return async (db, { tenant, sizeBefore, records, tiles, checkpoint, head }) => {
    await insertEntries(db, records)
    await insertTiles(db, tiles)
    if (checkpoint !== undefined) await insertCheckpoint(db, [checkpoint])
    if (sizeBefore === 0) return (await insertHead(db, [{ tenant, ...head }])) === 1
    const moved = await moveHead(db, [...headColumns.map((column) => head[column]), tenant, sizeBefore])
    return Number(moved.numAffectedRows) === 1
  }
}

const headColumns = ['size', 'last', 'frontier', 'log_key'] as const

/** Parameters: those of `headColumns`; tenant, size before. */
function movedHead(db: Pick<Database, 'updateTable'>) {
  return db
    .updateTable('mendkit_audit_head')
    .set({ size: 0, last: '', frontier: new Uint8Array(), log_key: '' })
    .where('tenant', '=', '')
    .where('size', '=', 0)
}

/**
 * Writes all of it in one statement, whose text is the same for any number of entries: for a server, where each statement is a
 * round trip under the tenant's lock. The bytes go side by side as one value, beside a list of their lengths.
 */
export function appendAtOnce(): AppendLog {
  const write = madeOnce(appendingQuery)
  const begin = appendInParts()
  return async (db, addition) => {
    const { tenant, sizeBefore, records, tiles, checkpoint, head } = addition
    if (sizeBefore === 0) return begin(db, addition)
    const entries = piecesOf(records.map(({ bytes }) => bytes))
    const hashes = piecesOf(tiles.map((tile) => tile.hashes))
    const { numAffectedRows } = await write(db, [
      tenant,
      sizeBefore,
      entries.bytes,
      entries.starts,
      entries.lengths,
      tenant,
      hashes.bytes,
      tiles.map(({ level }) => level).join(),
      tiles.map(({ start }) => start).join(),
      hashes.starts,
      hashes.lengths,
      tenant,
      head.size,
      checkpoint?.note ?? null,
      checkpoint?.note ?? null,
      ...headColumns.map((column) => head[column]),
      tenant,
      sizeBefore,
    ])
    return Number(numAffectedRows) === 1
  }
}

/** Byte strings side by side, and where each begins (from 1, as SQL counts) and how long it is. */
function piecesOf(all: readonly Uint8Array[]): { bytes: Uint8Array; starts: string; lengths: string } {
  let next = 1
  const starts: number[] = []
  for (const { length } of all) {
    starts.push(next)
    next += length
  }
  return { bytes: Buffer.concat(all), starts: starts.join(), lengths: all.map(({ length }) => length).join() }
}

const text = sql`cast(${''} as text)`
const whole = sql`cast(${0} as bigint)`
const bytes = sql`cast(${''} as bytea)`
const wholes = sql`cast(string_to_array(${''}, ',') as bigint[])`
/** The part of all bytes that a row of `piece` names. */
const piece = sql`substring(all_bytes from cast(piece.start as integer) for cast(piece.length as integer))`

function appendingQuery(db: Database) {
  const inserting = db
    .with('entries', (into) =>
      into
        .insertInto('mendkit_audit')
        .columns(['tenant', 'seq', 'bytes'])
        .expression(
          sql`select tenant, before + piece.at - 1, ${piece}
            from (select ${text} as tenant, ${whole} as before, ${bytes} as all_bytes) as given,
            unnest(${wholes}, ${wholes}) with ordinality as piece(start, length, at)`,
        ),
    )
    .with('tiles', (into) =>
      into
        .insertInto('mendkit_audit_tile')
        .columns(['tenant', 'level', 'start', 'hashes'])
        .expression(
          sql`select tenant, piece.level, piece.tile, ${piece}
            from (select ${text} as tenant, ${bytes} as all_bytes) as given,
            unnest(${wholes}, ${wholes}, ${wholes}, ${wholes}) as piece(level, tile, start, length)`,
        ),
    )
    .with('checkpoint', (into) =>
      into
        .insertInto('mendkit_audit_checkpoint')
        .columns(['tenant', 'size', 'note'])
        .expression(sql`select ${text}, ${whole}, ${text} where ${text} is not null`),
    )
  return movedHead(inserting)
}
