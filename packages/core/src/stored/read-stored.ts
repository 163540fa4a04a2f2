import type { Alert } from '../model/alert.ts'
import type { Blob } from '../model/audit-entry.ts'
import type { Documents, DocumentTable } from '../model/documents.ts'
import type { HistoryRow } from '../model/history.ts'
import type { Resource } from '../model/resource.ts'
import { alert } from './alert.ts'
import { redacted, resource } from './common.ts'
import { corruptRow } from './corrupt.ts'
import { documents } from './documents.ts'
import { type Field, list, text } from './field.ts'
import { history } from './history.ts'
import { issuePath } from './issue-path.ts'

/** A row as a store keeps it: what it is found by, and everything else as JSON text. */
export interface StoredRow {
  readonly tenant: string
  readonly id: string
  readonly revision: number
  /** The whole row as JSON, with the three facts above repeated. */
  readonly body: string
}

/**
 * A document as it was written, with fields that only a newer version knows. Throws `corrupt`, naming the table, the id
 * and in `path` the bad field, when the body is not whole or belongs to another row.
 */
export function readDocument<Table extends DocumentTable>(table: Table, row: StoredRow): Documents[Table] {
  const what = `${table} ${row.id} of tenant ${row.tenant}`
  return ofItsRow(what, readJson(what, documents[table], row.body), row)
}

/** An alert as it was written; otherwise as `readDocument`. */
export function readAlert(row: StoredRow): Alert {
  const what = `alert ${row.id} of tenant ${row.tenant}`
  return ofItsRow(what, readJson(what, alert, row.body), row)
}

/** A row of history as it was written. Throws `corrupt`, naming it and the bad field, when it is none or another one's. */
export function readHistory(row: Omit<StoredRow, 'revision'>): HistoryRow {
  const what = `row ${row.id} of the history of tenant ${row.tenant}`
  const value = readJson(what, history, row.body)
  if (value.tenant === row.tenant && value.id === row.id) return value
  throw corruptRow(what, 'its body belongs to another row')
}

/** A resource from its JSON text. Throws `corrupt`, naming `what` and the bad field. */
export function readResource(what: string, body: string): Resource {
  return readJson(what, resource, body)
}

/** Texts from their JSON text, such as the reasons of a membership. Throws `corrupt`, naming `what` and the bad one. */
export function readTexts(what: string, body: string): readonly string[] {
  return readJson(what, list(text), body)
}

/** The text of a blob. Throws `corrupt`, naming `what`, when it is none. */
export function readBlobText(what: string, stored: unknown): Blob['text'] {
  if (conforms(redacted, stored)) return stored
  throw corruptRow(what, 'it is no text')
}

/** What a text that this program has written says; undefined when it is not whole, such as one that was cut. */
export function readWhole<Value>(of: Field<Value>, body: string): Value | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return conforms(of, value) ? value : undefined
  } catch {
    return undefined
  }
}

function ofItsRow<Value extends Omit<StoredRow, 'body'>>(what: string, value: Value, row: StoredRow): Value {
  if (value.tenant === row.tenant && value.id === row.id && value.revision === row.revision) return value
  throw corruptRow(what, 'its body belongs to another row')
}

function readJson<Value>(what: string, of: Field<Value>, body: string): Value {
  const value = parse(what, body)
  if (conforms(of, value)) return value
  const path = issuePath(of.wrongAt(value) ?? [])
  throw corruptRow(what, path === '' ? 'it is no such row' : `\`${path}\` is missing or wrong`, { path })
}

/** The checks change nothing, so what passes is of the type and keeps the fields that no check names. */
function conforms<Value>(of: Field<Value>, value: unknown): value is Value {
  return of.wrongAt(value) === undefined
}

function parse(what: string, body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    throw corruptRow(what, 'it is not JSON', { cause: error })
  }
}
