import type { Approval } from '../../model/approval.ts'
import type { Expectation, Put } from '../../model/change.ts'
import type { AuditDraft } from '../../model/event.ts'
import type { Incident } from '../../model/incident.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { Setting } from '../../model/setting.ts'
import type { CallContext } from '../../ports/context.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import { holderSetting } from '../steps/load.ts'
import { switchOf } from '../steps/view.ts'

/** Rows of a commit. */
export interface Rows {
  readonly expect: readonly Expectation[]
  readonly put: readonly Put[]
  readonly audit: readonly AuditDraft[]
}

/**
 * Closes incidents that belong to another one: their open approvals are void, who has taken one of them over holds the
 * other one too, and their members, symptoms and keys move. A step that has one of them leased meanwhile loses against
 * this, or wins.
 */
export async function mergeIncidents(
  parts: Parts,
  into: Incident,
  merged: readonly Incident[],
  because: (from: Incident) => Redacted,
  ctx: CallContext,
): Promise<Rows> {
  const held = await handOn(parts, into, merged, ctx)
  const all = [held]
  for (const from of merged) all.push(await closeMerged(parts, from, into, because(from), ctx))
  return {
    expect: all.flatMap((rows) => rows.expect),
    put: all.flatMap((rows) => rows.put),
    audit: all.flatMap((rows) => rows.audit),
  }
}

async function closeMerged(
  parts: Parts,
  from: Incident,
  into: Incident,
  because: Redacted,
  ctx: CallContext,
): Promise<Rows> {
  const subject = { kind: 'incident', id: from.id } as const
  // Its paging ends with it: the survivor's goes on, or begins when that one escalates.
  const { approvalId, escalation: _, ...rest } = from
  const approval =
    approvalId === undefined ? undefined : await parts.store.get('approval', from.tenant, approvalId, ctx)
  const voided = approval === undefined ? none : voidedApproval(parts, approval)
  const closed: Incident = {
    ...rest,
    phase: 'closed',
    phaseSince: parts.clock.now(),
    reason: 'merged',
    mergedInto: into.id,
    deadlines: {},
  }
  return {
    expect: [],
    put: [
      { kind: 'document', table: 'incident', row: closed },
      ...voided.put,
      { kind: 'move-members', from: from.id, into: into.id },
    ],
    audit: [
      ...voided.audit,
      draft(parts, 'incident-merged', subject, { into: into.id, because }),
      draft(parts, 'phase-changed', subject, { from: from.phase, to: 'closed', reason: 'merged' }),
    ],
  }
}

/** What the survivor must remember of those that merge into it: effects, refusals, who was paged, and what it is about. */
export function inheritFrom(survivor: Incident, merged: readonly Incident[]): Incident {
  const all = [survivor, ...merged]
  const resource = survivor.resource ?? merged.find((each) => each.resource !== undefined)?.resource
  const voids: Record<string, number> = {}
  for (const each of all) {
    for (const [plan, count] of Object.entries(each.voids)) voids[plan] = Math.max(voids[plan] ?? 0, count)
  }
  const paged = all.some((each) => each.paged === true)
  return {
    ...survivor,
    ...(resource && { resource }),
    // Whoever was called for one of them learns how all of it ended.
    ...(paged && { paged, pagedVia: [...new Set(all.flatMap((each) => each.pagedVia ?? []))] }),
    hadEffect: all.some((each) => each.hadEffect),
    rejectedPlans: [...new Set(all.flatMap((each) => each.rejectedPlans))],
    voids,
  }
}

const none: Rows = { expect: [], put: [], audit: [] }

function voidedApproval(parts: Parts, approval: Approval): Rows {
  if (approval.state !== 'open' && approval.state !== 'granted') return none
  const because = 'merged' as const
  const data = { approval: approval.id, plan: approval.planId, because }
  return {
    expect: [],
    put: [{ kind: 'document', table: 'approval', row: { ...approval, state: 'void', voidBecause: because } }],
    audit: [draft(parts, 'approval-void', { kind: 'incident', id: approval.incidentId }, data)],
  }
}

/** Whoever took over one that merges away still wants the engine's hands off. */
async function handOn(parts: Parts, into: Incident, merged: readonly Incident[], ctx: CallContext): Promise<Rows> {
  const read = async (incident: Incident) => {
    const id = holderSetting(incident.id)
    const row = await parts.store.get('setting', incident.tenant, id, ctx)
    return { row, reading: switchOf(id, row) }
  }
  const present = await read(into)
  const others = await Promise.all(merged.map(read))
  const expect = others.map(
    ({ reading: { id, revision } }): Expectation => ({ kind: 'revision', table: 'setting', id, revision }),
  )
  const holder = others.find(({ reading }) => reading.on)?.row
  if (holder === undefined || present.reading.on) return { expect, put: [], audit: [] }
  const { id, revision } = present.reading
  const row: Setting = { ...present.row, tenant: into.tenant, id, value: holder.value, revision }
  return { expect, put: [{ kind: 'document', table: 'setting', row }], audit: [] }
}
