import { strict as assert } from 'node:assert'
import type { Alert, Change, CommitResult, Membership, Put, Store } from '@mendkit/core'
import { callContext } from '../call-context.ts'
import { aChange, aMember, tenant } from './rows.ts'

/** Commits a change. */
export function commit(store: Store, given: Partial<Change>): Promise<CommitResult> {
  return store.commit(aChange(given), callContext())
}

/** Commits a change that must go through; answers the `seq` of each draft. */
export async function committed(store: Store, given: Partial<Change>): Promise<readonly number[]> {
  const result = await commit(store, given)
  assert.equal(result.kind, 'committed', result.kind === 'conflict' ? result.because : undefined)
  return result.kind === 'committed' ? result.seqs : []
}

/** Commits a change that must conflict; answers why. */
export async function conflicted(store: Store, given: Partial<Change>): Promise<string> {
  const result = await commit(store, given)
  assert.equal(result.kind, 'conflict')
  return result.kind === 'conflict' ? result.because : ''
}

/** Stores alerts; answers them as stored. */
export async function stored(store: Store, rows: readonly Alert[]): Promise<readonly Alert[]> {
  await committed(store, { put: [{ kind: 'alerts', rows }] })
  return rows.map((row) => ({ ...row, revision: row.revision + 1 }))
}

/** The puts by which an alert's current episode joins an incident. */
export function joins(alert: Alert, incidentId: string): readonly Put[] {
  const row: Alert = { ...alert, incidentId, correlated: 'done' }
  return [
    { kind: 'alerts', rows: [row] },
    { kind: 'members', rows: [aMember({ incidentId, alertId: alert.id, episode: alert.episode })] },
  ]
}

/** The alert as it is stored now. */
export async function alertNow(store: Store, id: string): Promise<Alert> {
  const [alert] = await store.alerts(tenant, [id], callContext())
  assert.ok(alert, `alert ${id} is stored`)
  return alert
}

/** An order for rows of text and numbers that is the same everywhere. */
export function byText(a: readonly unknown[], b: readonly unknown[]): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)]
  return left < right ? -1 : Number(left > right)
}

/** `[alertname, resource name, firing, suppressed, total]` of every symptom, sorted. */
export async function counts(store: Store, incidentId: string): Promise<readonly unknown[]> {
  const symptoms = await store.symptoms(tenant, incidentId, callContext())
  return symptoms
    .map((symptom) => [
      symptom.alertname,
      symptom.resource?.name ?? '',
      symptom.firing,
      symptom.suppressed,
      symptom.total,
    ])
    .sort(byText)
}

/** Every member, read page by page. */
export async function allMembers(store: Store, incidentId: string, limit = 1_000): Promise<readonly Membership[]> {
  const all: Membership[] = []
  for (;;) {
    const last = all.at(-1)
    const page = await store.members(
      { tenant, incidentId, limit, ...(last !== undefined && { after: last }) },
      callContext(),
    )
    for (const { alert, ...member } of page) {
      assert.equal(alert.id, member.alertId)
      all.push(member)
    }
    if (page.length < limit) return all
  }
}
