import type { DroppedRow, Put } from '../../model/change.ts'
import type { DocumentTable } from '../../model/documents.ts'
import type { AuditDraft } from '../../model/event.ts'
import { unfinishedExecutionStates } from '../../model/execution.ts'
import type { Incident } from '../../model/incident.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Parts } from '../parts.ts'
import { readMembers } from '../read-members.ts'
import { holderSetting } from '../steps/load.ts'
import { documentsOf } from '../timeline/rows.ts'
import { unlessCorrupt } from '../unless-corrupt.ts'
import { addTo, type Batch } from './batch.ts'
import { digestsOf, eraseTexts } from './erase-texts.ts'
import { prunedTables } from './pruned-tables.ts'
import type { Settled } from './settled.ts'

const pageSize = 100

/**
 * Empties incidents that were closed before a moment (undefined: none), and those that they were merged into as well:
 * everything that hangs on them goes, and the incident itself stays and says what is gone. Answers where the next look begins.
 */
export async function pruneIncidents(
  parts: Parts,
  where: { readonly tenant: string; readonly before: number | undefined; readonly after: string | undefined },
  batch: Batch,
  settled: Settled,
  ctx: CallContext,
): Promise<string | undefined> {
  const { tenant, before, after } = where
  if (before === undefined) return undefined
  const query = { tenant, states: ['closed'], limit: pageSize, ...(after !== undefined && { after }) }
  const page = await parts.store.list('incident', query, ctx)
  let passed = after
  for (const incident of page) {
    const isOld = incident.phaseSince < before && (await settled.isSettled(incident.mergedInto, before))
    const wanted = await unlessCorrupt(parts, `incident ${incident.id} is kept whole`, async () =>
      isOld && !(await stillNeeded(parts, incident, ctx)) ? emptied(parts, incident, ctx) : undefined,
    )
    // The first one of a batch may be larger than the batch: else it would never go.
    if (wanted !== undefined && wanted.rows > batch.room && batch.put.length > 0) {
      batch.isBehind = true
      return passed
    }
    if (wanted !== undefined) {
      addTo(batch, wanted.put, wanted.rows, wanted.counts)
      batch.audit.push(...wanted.audit)
    }
    passed = incident.id
  }
  if (page.length < pageSize || restIsYounger(page, before)) return undefined
  batch.isBehind = true
  return passed
}

interface Wanted {
  readonly put: readonly Put[]
  readonly audit: readonly AuditDraft[]
  readonly rows: number
  readonly counts: Parameters<typeof addTo>[3]
}

/** Where ids rise with time, which those of `systemIds` do, nothing behind an incident that was opened too late is old enough. */
function restIsYounger(page: readonly Incident[], before: number): boolean {
  const inOrder = page.every(({ openedAt }, index) => openedAt >= (page[index - 1]?.openedAt ?? openedAt))
  return inOrder && (page.at(-1)?.openedAt ?? 0) >= before
}

/** Whether alerts still name it, an execution is unfinished, or somebody is still to be told or answered. */
async function stillNeeded(parts: Parts, incident: Incident, ctx: CallContext): Promise<boolean> {
  const { tenant, id: incidentId } = incident
  const open = [
    ['execution', unfinishedExecutionStates],
    ['notice', ['pending']],
    ['command', ['pending']],
  ] as const
  for (const [table, states] of open) {
    if ((await parts.store.list(table, { tenant, incidentId, states, limit: 1 }, ctx)).length > 0) return true
  }
  for await (const page of readMembers(parts.store, { tenant, incidentId }, ctx)) {
    if (page.some(({ alert }) => alert.incidentId === incidentId)) return true
  }
  return false
}

async function emptied(parts: Parts, incident: Incident, ctx: CallContext): Promise<Wanted> {
  const { tenant, id } = incident
  const put: Put[] = []
  const documents: Partial<Record<DocumentTable, number>> = {}
  const digests: string[] = []
  let rows = 1
  for (const table of prunedTables) {
    const found = await documentsOf(parts.store, table, incident, ctx)
    if (found.length > 0) documents[table] = found.length
    put.push(...dropOf(table, found))
    digests.push(...found.flatMap((each) => digestsOf(table, each)))
    rows += found.length
  }
  const holder = await parts.store.get('setting', tenant, holderSetting(id), ctx)
  if (holder !== undefined) put.push(...dropOf('setting', [holder]))
  const symptoms = await parts.store.symptoms(tenant, id, ctx)
  const alerts = symptoms.reduce((sum, { total }) => sum + total, 0)
  const row: Incident = { ...incident, pruned: { at: parts.clock.now(), alerts, documents } }
  put.push({ kind: 'drop-members', incidentId: id }, { kind: 'document', table: 'incident', row })
  const erased = await eraseTexts(parts, incident, digests, ctx)
  return {
    put: [...put, ...erased.put],
    audit: erased.audit,
    rows: rows + symptoms.length + erased.texts,
    counts: { incidents: 1, documents: rows - 1, texts: erased.texts },
  }
}

/** Deletes documents as they were read. */
export function dropOf(table: DocumentTable, rows: readonly DroppedRow[]): readonly Put[] {
  if (rows.length === 0) return []
  return [{ kind: 'drop-documents', table, rows: rows.map(({ id, revision }) => ({ id, revision })) }]
}
