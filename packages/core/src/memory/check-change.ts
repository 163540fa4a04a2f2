import { MendkitError } from '../errors.ts'
import type { Change, DroppedRow, Expectation, Put } from '../model/change.ts'
import { documentTables } from '../model/documents.ts'
import type { AuditDraft } from '../model/event.ts'
import type { HistoryRow } from '../model/history.ts'
import { history } from '../stored/history.ts'
import { issuePath } from '../stored/issue-path.ts'
import { storedFault } from '../stored/stored-fault.ts'
import { alertFault, memberFault } from './check-alert.ts'
import { erasureFault } from './check-erasure.ts'
import { type Fault, firstFault, jsonFault, nameFault, wholeFault } from './row-fault.ts'

/** A change may write at most this many rows. */
const maxRowsOfChange = 100_000

/**
 * Refuses a change that no store can keep, before anything is written, so that every store refuses the same. Answers how
 * many rows it writes. Throws `invalid` with the path of the first bad field, such as `put[2].rows[17].labels`.
 */
export function checkChange(change: Change): number {
  refuse('', nameFault('tenant', change.tenant))
  for (const [index, expectation] of change.expect.entries()) {
    refuse(`expect[${index}].`, expectationFault(expectation))
  }
  let rows = change.audit.length
  for (const [index, put] of change.put.entries()) rows += checkPut(change, put, index)
  for (const [index, draft] of change.audit.entries()) refuse(`audit[${index}].`, draftFault(draft))
  if (rows > maxRowsOfChange) {
    refuse('', { path: 'put', because: `must write at most ${maxRowsOfChange} rows; split the change` })
  }
  return rows
}

function checkPut({ tenant, audit }: Change, put: Put, index: number): number {
  if (put.kind !== 'alerts' && put.kind !== 'members') {
    refuse(`put[${index}].`, putFault(tenant, put, audit))
    return rowsOf(put)
  }
  const seen = new Set<string>()
  const times = new Set<string>()
  for (let at = 0; at < put.rows.length; at += 1) {
    const row = put.rows[at]
    if (row === undefined) continue
    const fault =
      'labels' in row ? (alertFault(tenant, row, times) ?? repeated(seen, row.id)) : memberFault(tenant, row, times)
    if (fault !== undefined) refuse(`put[${index}].rows[${at}].`, fault)
  }
  return put.rows.length
}

function rowsOf(put: Put): number {
  if ('rows' in put) return put.rows.length
  if ('ids' in put) return put.ids.length
  return put.kind === 'erase-blobs' ? put.digests.length : 1
}

function repeated(seen: Set<string>, id: string): Fault | undefined {
  if (seen.has(id)) return { path: 'id', because: 'must stand only once in one put' }
  seen.add(id)
  return undefined
}

function putFault(
  tenant: string,
  put: Exclude<Put, { kind: 'alerts' | 'members' }>,
  audit: Change['audit'],
): Fault | undefined {
  switch (put.kind) {
    case 'document':
      return documentFault(tenant, put)
    case 'correlation-key':
      return firstFault(
        nameFault('cluster', put.cluster),
        nameFault('key', put.key),
        nameFault('incidentId', put.incidentId),
        wholeFault('from', put.from, Number.MIN_SAFE_INTEGER),
        wholeFault('until', put.until, Number.MIN_SAFE_INTEGER),
      )
    case 'drop-correlation-keys':
    case 'raise':
      return nameFault('incidentId', put.incidentId)
    case 'move-members':
      return firstFault(
        nameFault('from', put.from),
        nameFault('into', put.into),
        put.from === put.into ? { path: 'into', because: 'must be another incident' } : undefined,
      )
    case 'schedule':
      return firstFault(
        nameFault('incidentId', put.incidentId),
        put.dueAt === undefined ? undefined : wholeFault('dueAt', put.dueAt),
        wholeFault('inputs', put.inputs),
      )
    case 'counter':
      return firstFault(
        nameFault('name', put.name),
        wholeFault('add', put.add, Number.MIN_SAFE_INTEGER),
        put.max === undefined ? undefined : wholeFault('max', put.max),
      )
    case 'blob':
      return firstFault(
        put.blob.tenant === tenant ? undefined : { path: 'blob.tenant', because: 'must be the tenant of the change' },
        nameFault('blob.digest', put.blob.digest),
        nameFault('blob.salt', put.blob.salt),
        typeof put.blob.text === 'string' ? undefined : { path: 'blob.text', because: 'must be text' },
      )
    case 'history':
      return firstOf(put.rows, (row) => historyFault(tenant, row))
    case 'drop-history':
      return firstOf(put.ids, (id) => nameFault('', id), 'ids')
    case 'drop-alerts':
      return firstOf(put.rows, droppedFault)
    case 'drop-documents':
      return tableFault(put.table) ?? firstOf(put.rows, droppedFault)
    case 'drop-members':
      return nameFault('incidentId', put.incidentId)
    case 'erase-blobs':
      return erasureFault(put.digests, audit)
  }
}

function firstOf<Row>(
  rows: readonly Row[],
  faultOf: (row: Row) => Fault | undefined,
  name = 'rows',
): Fault | undefined {
  for (const [at, row] of rows.entries()) {
    const fault = faultOf(row)
    if (fault !== undefined) return { ...fault, path: `${name}[${at}]${fault.path === '' ? '' : `.${fault.path}`}` }
  }
  return undefined
}

function droppedFault({ id, revision }: DroppedRow): Fault | undefined {
  return nameFault('id', id) ?? wholeFault('revision', revision, 1)
}

function historyFault(tenant: string, row: HistoryRow): Fault | undefined {
  const wrong = (): Fault | undefined => {
    const path = history.wrongAt(row)
    return path === undefined ? undefined : { path: issuePath(path), because: 'is missing or wrong' }
  }
  return (
    (row.tenant === tenant ? undefined : { path: 'tenant', because: 'must be the tenant of the change' }) ??
    nameFault('id', row.id) ??
    jsonFault('', row) ??
    wrong()
  )
}

function documentFault(tenant: string, { table, row }: Extract<Put, { kind: 'document' }>): Fault | undefined {
  return (
    tableFault(table) ??
    (row.tenant === tenant ? undefined : { path: 'row.tenant', because: 'must be the tenant of the change' }) ??
    nameFault('row.id', row.id) ??
    wholeFault('row.revision', row.revision) ??
    jsonFault('row', row) ??
    storedFault(table, row)
  )
}

function expectationFault(expectation: Expectation): Fault | undefined {
  return expectation.kind === 'revision'
    ? firstFault(
        tableFault(expectation.table),
        nameFault('id', expectation.id),
        wholeFault('revision', expectation.revision),
      )
    : firstFault(nameFault('incidentId', expectation.incidentId), wholeFault('epoch', expectation.epoch))
}

/** Entries end in bytes that are signed, so they may hold nothing that canonical JSON cannot. */
function draftFault(draft: AuditDraft): Fault | undefined {
  const { at, ...json } = draft
  return (
    wholeFault('at', at) ??
    (at > 8_640_000_000_000_000 ? { path: 'at', because: 'must be a time' } : undefined) ??
    jsonFault('', json)
  )
}

function tableFault(table: unknown): Fault | undefined {
  return (documentTables as readonly unknown[]).includes(table)
    ? undefined
    : { path: 'table', because: `must be one of ${documentTables.join(', ')}` }
}

function refuse(where: string, fault: Fault | undefined): void {
  if (fault === undefined) return
  const path = where + fault.path
  throw new MendkitError('invalid', `the change was refused: \`${path}\` ${fault.because}`, { path })
}
