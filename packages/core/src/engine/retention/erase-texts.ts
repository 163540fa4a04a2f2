import { parseAuditRecord } from '../../audit/parse-record.ts'
import type { Put } from '../../model/change.ts'
import type { Documents } from '../../model/documents.ts'
import type { AuditDraft } from '../../model/event.ts'
import type { Incident } from '../../model/incident.ts'
import type { CallContext } from '../../ports/context.ts'
import { draft } from '../draft.ts'
import { type TextTable, textsOf, textTables } from '../erase/copies.ts'
import type { Parts } from '../parts.ts'
import { firstEntryOf, isOver } from '../timeline/incident-events.ts'
import type { prunedTables } from './pruned-tables.ts'

/** Digests that one put, and the entry that tells of it, hold. */
const mostAtOnce = 1_000
const pageSize = 1_000

/** Digests of the texts beside a document. */
export function digestsOf<Table extends (typeof prunedTables)[number]>(
  table: Table,
  row: Documents[Table],
): readonly string[] {
  return isTextTable(table) ? textsOf(table, row as Documents[typeof table]).digests : []
}

/** Erases the texts of an incident, those that its documents name and those of its audit entries, when the settings say so. */
export async function eraseTexts(
  parts: Parts,
  incident: Incident,
  named: readonly string[],
  ctx: CallContext,
): Promise<{ readonly put: readonly Put[]; readonly audit: readonly AuditDraft[]; readonly texts: number }> {
  if (parts.settings.retention.texts === 'keep') return { put: [], audit: [], texts: 0 }
  const digests = [...new Set([...named, ...(await digestsInLog(parts, incident, ctx))])]
  const present: string[] = []
  for (let from = 0; from < digests.length; from += mostAtOnce) {
    const found = await parts.store.blobs(incident.tenant, digests.slice(from, from + mostAtOnce), ctx)
    present.push(...found.map(({ digest }) => digest))
  }
  const put: Put[] = []
  const audit: AuditDraft[] = []
  for (let from = 0; from < present.length; from += mostAtOnce) {
    const some = present.slice(from, from + mostAtOnce)
    put.push({ kind: 'erase-blobs', digests: some })
    const data = { of: 'incident', incident: incident.id, digests: some, rows: 0 } as const
    audit.push(draft(parts, 'blobs-erased', { kind: 'incident', id: incident.id }, data))
  }
  return { put, audit, texts: present.length }
}

async function digestsInLog({ store }: Parts, incident: Incident, ctx: CallContext): Promise<readonly string[]> {
  const { tenant, id } = incident
  const digests: string[] = []
  for (let from = await firstEntryOf(store, incident, ctx); ; ) {
    const records = await store.readAudit({ tenant, from, limit: pageSize }, ctx)
    const entries = records.map(parseAuditRecord)
    const own = entries.filter(({ subject }) => subject.kind === 'incident' && subject.id === id)
    digests.push(...own.flatMap(({ blobs }) => Object.values(blobs)))
    if (records.length < pageSize || isOver(incident, entries.at(-1)?.ts)) return digests
    from += records.length
  }
}

function isTextTable(table: (typeof prunedTables)[number]): table is TextTable {
  return (textTables as readonly string[]).includes(table)
}
