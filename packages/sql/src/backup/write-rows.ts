import { MendkitError } from '@mendkit/core'
import { z } from 'zod'
import { bulkInsert } from '../bulk-insert.ts'
import type { Database } from '../tables.ts'
import { keptTables, type TableContents } from './contents.ts'
import { firstLine } from './read-lines.ts'
import { type DatabaseRow, fromBackup } from './rows.ts'

const tableLine = z.strictObject({ table: z.string(), columns: z.array(z.string()) })

/** Rows of one statement at most, and the text of their lines: servers bound the length of a statement. */
const most = { rows: 500, characters: 1_000_000 }

/**
 * Writes the rows that lines of a backup hold, within an open transaction; answers how many of each table. Throws `corrupt`
 * unless the lines are every table in its order, and nothing else.
 */
export async function writeRows(db: Database, lines: AsyncIterable<string>): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {}
  const waiting = [...keptTables]
  let into: { readonly contents: TableContents; readonly add: Adding } | undefined
  let isFirst = true
  for await (const line of lines) {
    if (isFirst && line !== firstLine) throw wrong('does not begin like one')
    if (isFirst) {
      isFirst = false
      continue
    }
    const value = parsed(line)
    if (Array.isArray(value)) {
      if (into === undefined) throw wrong('holds a row of no table')
      counts[into.contents.table] = (counts[into.contents.table] ?? 0) + 1
      await into.add.row(fromBackup(into.contents, value), line.length)
      continue
    }
    await into?.add.rest()
    const contents = nextTable(waiting.shift(), value)
    counts[contents.table] = 0
    into = { contents, add: adding(db, contents) }
  }
  await into?.add.rest()
  if (waiting.length > 0) throw wrong(`ends before table ${waiting[0]?.table}`)
  return counts
}

interface Adding {
  row(row: DatabaseRow, characters: number): Promise<void>
  rest(): Promise<void>
}

function adding(db: Database, { table, columns }: TableContents): Adding {
  // The list of tables says which columns are whose, which the builder would know of one table alone.
  const names = columns.map(([name]) => name) as ('tenant' | 'seq' | 'bytes')[]
  const insert = bulkInsert(table as 'mendkit_audit', names, (statement) => statement)
  let rows: DatabaseRow[] = []
  let characters = 0
  const rest = async () => {
    const written = rows
    rows = []
    characters = 0
    if (written.length > 0) await insert(db, written as never)
  }
  return {
    rest,
    async row(row, length) {
      if (characters + length > most.characters) await rest()
      rows.push(row)
      characters += length
      if (rows.length === most.rows) await rest()
    },
  }
}

function nextTable(expected: TableContents | undefined, line: unknown): TableContents {
  const { data } = tableLine.safeParse(line)
  const columns = expected?.columns.map(([name]) => name).join()
  if (expected !== undefined && data?.table === expected.table && data.columns.join() === columns) return expected
  throw wrong(
    `does not hold ${expected === undefined ? 'only the tables of a backup' : `table ${expected.table} there`}`,
  )
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw wrong('holds a line that is no JSON', cause)
  }
}

function wrong(says: string, cause?: unknown): MendkitError {
  return new MendkitError('corrupt', `the backup ${says}; nothing was restored`, { cause })
}
