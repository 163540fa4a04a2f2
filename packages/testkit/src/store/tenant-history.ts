import { strict as assert } from 'node:assert'
import { type Alert, type Change, type Claim, historyOf, type Put, type Redacted, type Store } from '@mendkit/core'
import { callContext } from '../call-context.ts'
import { aBlob, aCommand, aDraft, aMember, anAlert, anIncident, aSetting } from './rows.ts'

const ctx = callContext()

/** Two tenants in which everything has the same ids and names, and another content. */
export const twoTenants = ['acme', 'globex'] as const

/** One of the two. */
export type OneTenant = (typeof twoTenants)[number]

/** Ids of both, and those that only one has. */
export const everyId = (stem: string) => [`${stem}_1`, `${stem}_2`, `${stem}_3`, `${stem}_acme`, `${stem}_globex`]

/** Makes something due in a tenant where nothing else is, and claims it. Nothing of any other tenant is due. */
export async function claimRaised(store: Store, tenant: OneTenant, incidentId = 'inc_1'): Promise<Claim> {
  await committed(store, tenant, { put: [{ kind: 'raise', incidentId }] })
  const claims = await store.claim({ owner: tenant, limit: 10, leaseMs: 60_000 }, ctx)
  assert.deepEqual(
    claims.map((claim) => [claim.tenant, claim.incidentId]),
    [[tenant, incidentId]],
    `only what was raised in ${tenant} is due`,
  )
  return claims[0] as Claim
}

/** Ends a step: nothing is due any more. */
export function letGo(store: Store, tenant: OneTenant, { incidentId, inputs, epoch }: Claim): Promise<void> {
  return committed(store, tenant, {
    expect: [{ kind: 'lease', incidentId, epoch }],
    put: [{ kind: 'schedule', incidentId, inputs, release: true }],
  })
}

async function committed(store: Store, tenant: OneTenant, given: Partial<Change>): Promise<void> {
  const result = await store.commit({ tenant, expect: [], put: [], audit: [], ...given }, ctx)
  assert.equal(result.kind, 'committed', result.kind === 'conflict' ? `${tenant}: ${result.because}` : undefined)
}

/** What happens in a tenant, in parts, so that the parts of two can alternate. */
export function partsOfHistory(tenant: OneTenant): readonly ((store: Store) => Promise<void>)[] {
  const isFirst = tenant === 'acme'
  const rank = isFirst ? 100 : 200
  const stored = new Map<string, Alert>()
  const held: Claim[] = []
  const alertIds = [...everyId('alert').slice(0, isFirst ? 2 : 3), `alert_${tenant}`]
  const because = [`of ${tenant}`]

  const putAlerts = (store: Store, rows: readonly Alert[], put: readonly Put[] = []) => {
    for (const row of rows) stored.set(row.id, { ...row, revision: row.revision + 1 })
    return committed(store, tenant, { put: [{ kind: 'alerts', rows }, ...put] })
  }
  const key = (incidentId: string, from: number): Put => ({
    kind: 'correlation-key',
    cluster: 'prod',
    key: 'key_1',
    incidentId,
    from,
    until: from + 10,
  })

  return [
    async (store) => {
      const ids = everyId('cmd').slice(0, isFirst ? 2 : 3)
      const rows = [...ids, `cmd_${tenant}`].map((id) => aCommand({ tenant, id, body: { kind: 'close' }, at: rank }))
      const incident = anIncident({ tenant, title: `of ${tenant}` as Redacted, openedAt: rank })
      await committed(store, tenant, {
        put: [
          ...rows.map((row) => ({ kind: 'document', table: 'command', row }) as const),
          { kind: 'document', table: 'incident', row: incident },
          { kind: 'document', table: 'setting', row: aSetting({ tenant, value: `of ${tenant}` }) },
        ],
        audit: [aDraft(1), aDraft(2), aDraft(3)],
      })
      const again = aSetting({ tenant, value: `of ${tenant} again`, revision: 1 })
      if (!isFirst) await committed(store, tenant, { put: [{ kind: 'document', table: 'setting', row: again }] })
    },
    async (store) => {
      const row = aCommand({ tenant, at: rank, state: isFirst ? 'done' : 'refused', revision: 1 })
      await committed(store, tenant, {
        expect: [{ kind: 'revision', table: 'setting', id: 'pause', revision: isFirst ? 1 : 2 }],
        put: [
          { kind: 'document', table: 'command', row },
          ...(isFirst ? [] : [{ kind: 'document', table: 'command', row: { ...row, id: 'cmd_2' } } as const]),
          { kind: 'blob', blob: aBlob({ tenant, text: `of ${tenant}` as Redacted }) },
          { kind: 'counter', name: 'c', add: 1 },
          { kind: 'counter', name: 'c', add: 1, max: isFirst ? 2 : 5 },
          { kind: 'counter', name: `c_${tenant}`, add: 1 },
        ],
        audit: isFirst ? [aDraft(rank)] : [aDraft(rank), aDraft(rank + 1), aDraft(rank + 2)],
      })
    },
    (store) =>
      putAlerts(
        store,
        alertIds.map((id) => {
          const annotations = { summary: `of ${tenant}` as Redacted }
          const resource = { ...anAlert().resource, uid: `of ${tenant}` } as Alert['resource']
          return anAlert({ tenant, id, annotations, ...(resource && { resource, topmost: resource }) })
        }),
      ),
    async (store) => {
      const [first, ...rest] = [...stored.values()].slice(0, -1)
      const rows = [first, ...rest].flatMap((row) => (row === undefined ? [] : [row]))
      const incidentOf = ({ id }: Alert) => (id === 'alert_1' ? 'inc_1' : id === 'alert_2' ? 'inc_2' : 'inc_9')
      await putAlerts(
        store,
        rows.map((row) => ({ ...row, incidentId: incidentOf(row), correlated: 'done' })),
        [
          {
            kind: 'members',
            rows: rows.map((row) => aMember({ tenant, incidentId: incidentOf(row), alertId: row.id, because })),
          },
          { kind: 'members', rows: [aMember({ tenant, incidentId: 'inc_9', because })] },
          key('inc_1', rank),
          key('inc_9', rank),
          key('inc_2', rank + 1),
        ],
      )
    },
    async (store) => {
      // What a tenant raised twice has two inputs: a schedule that takes it for the other's finds that it moved.
      if (isFirst) await committed(store, tenant, { put: [{ kind: 'raise', incidentId: 'inc_1' }] })
      held.push(await claimRaised(store, tenant))
    },
    // Both hold a lease of the same epoch by now.
    async (store) => {
      for (const claim of held) assert.equal(await store.renew(claim, 60_000, ctx), true, `${tenant} holds its lease`)
    },
    async (store) => {
      // One lets go by releasing; what it held stays due, so the other, who goes on, is not to see it as its own.
      for (const claim of held) {
        if (isFirst) await store.release(claim, ctx)
        else assert.equal(await store.renew(claim, 60_000, ctx), true, `${tenant} holds its lease`)
      }
    },
    async (store) => {
      const claims = isFirst ? await store.claim({ owner: tenant, limit: 10, leaseMs: 60_000 }, ctx) : held
      for (const claim of claims) await letGo(store, tenant, claim)
    },
    async (store) => {
      // The episode of one ends and it is about another symptom, in both; only one merges its incidents.
      const row = stored.get('alert_2') ?? anAlert({ tenant })
      const labels = { ...row.labels, alertname: 'Other' }
      await putAlerts(store, [{ ...row, labels, ...(isFirst && { status: 'resolved' as const }) }])
    },
    async (store) => {
      const merge: readonly Put[] = [{ kind: 'move-members', from: 'inc_2', into: 'inc_1' }]
      const drop: readonly Put[] = [{ kind: 'drop-correlation-keys', incidentId: 'inc_1' }]
      await committed(store, tenant, { put: isFirst ? merge : drop })
    },
    (store) => committed(store, tenant, { put: [{ kind: 'history', rows: [...stored.values()].map(historyOf) }] }),
    async (store) => {
      const forgotten = historyOf(stored.get('alert_1') ?? anAlert({ tenant }))
      await committed(store, tenant, {
        put: isFirst
          ? [
              { kind: 'drop-documents', table: 'command', rows: [{ id: 'cmd_2', revision: 1 }] },
              { kind: 'drop-members', incidentId: 'inc_9' },
              { kind: 'drop-history', ids: [forgotten.id] },
            ]
          : [{ kind: 'drop-alerts', rows: [{ id: 'alert_1', revision: 2 }] }],
      })
    },
  ]
}
