import { MendkitError } from '../../errors.ts'
import type { Alert } from '../../model/alert.ts'
import type { Put } from '../../model/change.ts'
import type { RecordedChange } from '../../model/evidence.ts'
import type { Incident } from '../../model/incident.ts'
import { type Phase, phases } from '../../model/phase.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Parts } from '../parts.ts'
import { readMembers } from '../read-members.ts'
import { unlessCorrupt } from '../unless-corrupt.ts'
import { keysOf } from './known-alerts.ts'

const pageSize = 1_000
const maxTries = 5
const notClosed: readonly Phase[] = phases.filter((phase) => phase !== 'closed')

/**
 * Makes alerts pending again that were correlated before a change was recorded which may be their cause, so that a change
 * which is told late ties them as if it had been there before. Then the change counts as recent. Alerts that come after
 * it are tied by it anyway, because correlation expects the changes that it read.
 */
export async function reconsiderChanges(parts: Parts, ctx: CallContext): Promise<void> {
  for (;;) {
    const changes = await parts.store.list('change', { states: ['new'], limit: 100 }, ctx)
    if (changes.length === 0) return
    for (const change of changes) await reconsider(parts, change, ctx)
  }
}

async function reconsider(parts: Parts, change: RecordedChange, ctx: CallContext): Promise<void> {
  for await (const incident of openIncidents(parts, change.tenant, ctx)) {
    await unlessCorrupt(parts, `change ${change.id} is not tied to incident ${incident.id}`, async () => {
      for await (const page of alertsOf(parts, incident, ctx)) await makePending(parts, change, page, ctx)
    })
  }
  const row: RecordedChange = { ...change, state: 'recent' }
  const put = [{ kind: 'document', table: 'change', row }] as const
  // A conflict says that another worker did the same.
  await parts.store.commit({ tenant: change.tenant, expect: [], put, audit: [] }, ctx)
}

async function makePending(
  parts: Parts,
  change: RecordedChange,
  alerts: readonly Alert[],
  ctx: CallContext,
): Promise<void> {
  const { tenant } = change
  let affected = alerts.filter((alert) => isAffected(parts, change, alert))
  for (let tries = 0; tries < maxTries && affected.length > 0; tries += 1) {
    const rows = affected.map((alert): Alert => ({ ...alert, correlated: 'pending' }))
    const raised = new Set(affected.flatMap(({ incidentId }) => incidentId ?? []))
    const put: Put[] = [
      { kind: 'alerts', rows },
      ...[...raised].map((incidentId): Put => ({ kind: 'raise', incidentId })),
    ]
    const result = await parts.store.commit({ tenant, expect: [], put, audit: [] }, ctx)
    if (result.kind === 'committed') return
    const now = await parts.store.alerts(
      tenant,
      affected.map(({ id }) => id),
      ctx,
    )
    affected = now.filter((alert) => isAffected(parts, change, alert))
  }
  if (affected.length === 0) return
  throw new MendkitError('unavailable', `alerts changed ${maxTries} times while change ${change.id} was tied to them`)
}

/** Suppressed alerts tie nothing, and pending ones are looked at anyway. */
function isAffected(parts: Parts, change: RecordedChange, alert: Alert): boolean {
  if (alert.status === 'suppressed' || alert.correlated === 'pending') return false
  return keysOf(parts, alert, [change]).length > keysOf(parts, alert, []).length
}

async function* openIncidents(parts: Parts, tenant: string, ctx: CallContext): AsyncIterable<Incident> {
  for (let after = {}; ; ) {
    const page = await parts.store.list('incident', { tenant, states: notClosed, limit: pageSize, ...after }, ctx)
    yield* page
    const last = page.at(-1)
    if (page.length < pageSize || last === undefined) return
    after = { after: last.id }
  }
}

/** The alerts whose current episode belongs to the incident, in pages. */
async function* alertsOf(parts: Parts, { tenant, id }: Incident, ctx: CallContext): AsyncIterable<readonly Alert[]> {
  for await (const page of readMembers(parts.store, { tenant, incidentId: id }, ctx)) {
    const current = page.filter(({ alert, episode }) => alert.incidentId === id && alert.episode === episode)
    yield [...new Map(current.map(({ alert }) => [alert.id, alert])).values()]
  }
}
