import { systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext } from '@mendkit/testkit'
import { aChange, aDraft, anAlert, anIncident, counts, tenant } from '../rows.ts'

// Does a bit of everything until it is killed, as the code of this version does it, and prints the `seq` of every entry that was
// acknowledged. What it reads is what it has written, or it fails.
const [source = ''] = process.argv.slice(2)
const ctx = callContext()
const store = sqlStore(source, { maxConnections: 3 })
await store.open({ clock: systemClock }, ctx)
for (let mark = 10_001; ; mark += 1) {
  const [id, incidentId, into] = [`alert_${mark}`, `inc_${mark}`, `into_${mark}`]
  const alert = { ...anAlert(id), incidentId, correlated: 'done' as const }
  const member = { tenant, incidentId, alertId: id, episode: 1, joinedAt: alert.startsAt, because: ['it is tried'] }
  const results = [
    await store.commit(
      aChange({
        put: [
          { kind: 'document', table: 'incident', row: anIncident(incidentId) },
          { kind: 'alerts', rows: [alert] },
          { kind: 'members', rows: [member] },
          { kind: 'correlation-key', cluster: 'prod', key: id, incidentId, from: 1, until: 2 },
          { kind: 'raise', incidentId },
          counts('rounds'),
        ],
        audit: [aDraft(mark)],
      }),
      ctx,
    ),
    await store.commit(
      aChange({ put: [{ kind: 'move-members', from: incidentId, into }], audit: [aDraft(mark)] }),
      ctx,
    ),
  ]
  const [moved] = await store.members({ tenant, incidentId: into, limit: 9 }, ctx)
  const [found] = await store.list('incident', { tenant, after: `inc_${mark - 1}`, limit: 1 }, ctx)
  if (moved?.alert.id !== id || found === undefined) throw new Error(`round ${mark} does not read back`)
  for (const claim of await store.claim({ owner: 'worker', limit: 5, leaseMs: 60_000 }, ctx)) {
    const { incidentId: claimed, inputs } = claim
    await store.commit(aChange({ put: [{ kind: 'schedule', incidentId: claimed, inputs, release: true }] }), ctx)
  }
  for (const result of results) if (result.kind === 'committed') console.log(result.seqs.join(' '))
}
