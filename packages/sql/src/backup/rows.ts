import { MendkitError } from '@mendkit/core'
import type { TableContents, ValueKind } from './contents.ts'

/** A row as a line of a backup holds it. */
export type BackupRow = readonly (string | number | null)[]

/** A row as the database takes it. */
export type DatabaseRow = Readonly<Record<string, unknown>>

/** The values of a row as a line holds them. Throws `corrupt` for a value that its column cannot hold. */
export function toBackup({ table, columns, instead }: TableContents, row: DatabaseRow): BackupRow {
  return columns.map(([column, kind]) => {
    const value = instead[column] === undefined ? row[column] : instead[column]
    if (kind === 'bytes' && value instanceof Uint8Array) {
      return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
    }
    if (kind !== 'bytes' && fits(kind, value)) return value as string | number | null
    throw new MendkitError('corrupt', `a row of ${table} holds in ${column} what is no ${kind.replace('?', '')}`)
  })
}

/** Reads a line. Throws `corrupt` unless it holds exactly one value for each column. */
export function fromBackup({ table, columns }: TableContents, row: readonly unknown[]): DatabaseRow {
  const wrong = (says: string) => new MendkitError('corrupt', `the backup holds a row of ${table} that ${says}`)
  if (row.length !== columns.length) throw wrong('has not one value for each column')
  return Object.fromEntries(
    columns.map(([column, kind], index) => {
      const value = row[index]
      if (kind !== 'bytes') {
        if (fits(kind, value)) return [column, value]
        throw wrong(`holds in ${column} what is no ${kind.replace('?', '')}`)
      }
      const bytes = Buffer.from(typeof value === 'string' ? value : '', 'base64')
      if (typeof value !== 'string' || bytes.toString('base64') !== value) throw wrong(`holds in ${column} no bytes`)
      return [column, bytes]
    }),
  )
}

function fits(kind: Exclude<ValueKind, 'bytes'>, value: unknown): boolean {
  if (value === null) return kind.endsWith('?')
  return kind.startsWith('whole') ? Number.isSafeInteger(value) : typeof value === 'string'
}
