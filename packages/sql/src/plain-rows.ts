import type { KyselyPlugin, UnknownRow } from 'kysely'
import { byteColumns, wholeColumns } from './tables.ts'

/**
 * Gives rows the types that `Tables` says, whatever the driver made of them: PostgreSQL's gives whole numbers as text, MySQL's
 * gives names, which are binary strings there, as bytes.
 */
export const plainRows: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  async transformResult({ result }) {
    for (const row of result.rows) makePlain(row)
    return result
  },
}

function makePlain(row: UnknownRow): void {
  for (const column in row) {
    const value = row[column]
    if (typeof value === 'string') {
      if (column in wholeColumns) row[column] = Number(value)
    } else if (value instanceof Uint8Array && !(column in byteColumns)) {
      row[column] = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')
    }
  }
}
