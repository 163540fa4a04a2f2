import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { reading, type TablePlace } from '../connect.ts'
import { type Hashed, hashing } from './hashing.ts'
import { backupLines } from './read-lines.ts'
import { inSnapshot } from './snapshot.ts'

/** What a backup of a database would hold now: rows by table, and the hash of its lines. */
export function contentOf(
  source: string,
  at: TablePlace = {},
): Promise<{ readonly tables: Readonly<Record<string, number>>; readonly content: Hashed }> {
  return reading(
    source,
    (on) =>
      inSnapshot(on, async (db) => {
        const tables: Record<string, number> = {}
        const { through, result } = hashing()
        const count = (table: string, rows: number) => {
          tables[table] = rows
        }
        await pipeline(Readable.from(backupLines(db, on.dialect, count)), through, async (chunks) => {
          for await (const _ of chunks);
        })
        return { tables, content: result() }
      }),
    at,
  )
}
