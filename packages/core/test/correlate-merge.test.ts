import {
  type Approval,
  type CallContext,
  type Documents,
  type DocumentTable,
  type Execution,
  type Incident,
  memoryState,
  redact,
  type Store,
} from '@mendkit/core'
import { describe, expect, it } from 'vitest'
import { holderSetting } from '../src/engine/steps/load.ts'
import { type AlertBench, alertBench, at, podAlert, tenant } from './support/intake.ts'

const zone = { settings: { correlation: { labels: ['zone'] } } }
const incidentsOf = async ({ store, ctx }: AlertBench) => store.list('incident', { tenant, limit: 1_000 }, ctx)

async function put<Table extends DocumentTable>(bench: AlertBench, table: Table, row: Documents[Table]): Promise<void> {
  await bench.commit({ put: [{ kind: 'document', table, row } as never] })
}

async function patch(bench: AlertBench, id: string, more: Partial<Incident>): Promise<void> {
  const incident = await bench.store.get('incident', tenant, id, bench.ctx)
  if (incident === undefined) throw new Error(`no incident ${id}`)
  await put(bench, 'incident', { ...incident, ...more })
}

const execution = (incidentId: string, state: Execution['state'], revision = 0): Execution => {
  return {
    tenant,
    id: `exe_${incidentId}`,
    incidentId,
    planId: 'pln_1',
    cause: redact('rules/young'),
    index: 0,
    state,
    type: 'shop.restart',
    params: {},
    target: { cluster: 'prod', apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'young', labels: {} },
    risk: 'low',
    before: null,
    after: null,
    guard: null,
    fieldsDigest: 'f',
    blastRadius: { resources: [], replicas: 1 },
    lockKeys: [],
    fence: 1,
    sends: 1,
    mintedAt: 1,
    intentAt: 1,
    deadline: 1,
    reads: 0,
    measuresBefore: [],
    revision,
  }
}

/** Two incidents, the older about pod `old`, the younger about pod `young`; and the alert that shows them to be one. */
async function twoIncidents(): Promise<{ bench: AlertBench; old: string; young: string; link: () => Promise<void> }> {
  const bench = await alertBench(zone)
  await bench.ingest([podAlert('old', { labels: { zone: 'a' } })])
  await bench.correlate()
  await bench.clock.advance(1_000)
  await bench.ingest([podAlert('young'), podAlert('young', { labels: { container: 'x' } })])
  await bench.correlate()
  const [old, young] = await incidentsOf(bench)
  if (old === undefined || young === undefined) throw new Error('two incidents were expected')
  return {
    bench,
    old: old.id,
    young: young.id,
    link: async () => {
      await bench.ingest([podAlert('young', { labels: { zone: 'a' } })])
      await bench.correlate()
    },
  }
}

describe('a late cause', () => {
  it('merges what it links: the oldest survives with all members, the other is closed and says where it went', async () => {
    const { bench, old, young, link } = await twoIncidents()
    await link()
    const [survivor, merged] = await incidentsOf(bench)
    expect(survivor).toMatchObject({ id: old, phase: 'open' })
    expect(merged).toMatchObject({ id: young, phase: 'closed', reason: 'merged', mergedInto: old, deadlines: {} })
    expect(new Set(bench.alerts().map(({ incidentId }) => incidentId))).toEqual(new Set([old]))
    const counted = (await bench.store.symptoms(tenant, old, bench.ctx)).map(({ resource, firing, total }) => [
      resource?.name,
      firing,
      total,
    ])
    expect(counted).toEqual([
      ['old', 1, 1],
      ['young', 3, 3],
    ])
    expect(await bench.store.symptoms(tenant, young, bench.ctx)).toEqual([])
    expect(bench.log().slice(-3)).toMatchObject([
      { type: 'alerts-correlated', subject: { id: old }, data: { joined: 1 } },
      { type: 'incident-merged', subject: { id: young }, data: { into: old, because: 'same resource Pod shop/young' } },
      { type: 'phase-changed', subject: { id: young }, data: { from: 'open', to: 'closed', reason: 'merged' } },
    ])
    expect(bench.state.tenants.get(tenant)?.due.get(old)?.inputs).toBe(2)
  })

  it('is found again by what comes later: the keys moved too', async () => {
    const { bench, old, link } = await twoIncidents()
    await link()
    await bench.ingest([podAlert('young', { labels: { container: 'y' } })])
    await bench.correlate()
    expect(bench.alerts().every(({ incidentId }) => incidentId === old)).toBe(true)
  })

  it('hands on what must not be forgotten', async () => {
    const { bench, old, young, link } = await twoIncidents()
    const approval: Approval = {
      tenant,
      id: 'apr_1',
      incidentId: young,
      planId: 'pln_1',
      digest: 'd',
      state: 'open',
      proofNeeded: false,
      approvers: [{ names: [redact('approver')], count: 1 }],
      answers: [],
      askedAt: 1,
      expiresAt: 2,
      revision: 0,
    }
    await put(bench, 'approval', approval)
    await put(bench, 'setting', { tenant, id: holderSetting(young), value: { by: 'ann', at: 1 }, revision: 0 })
    await patch(bench, young, {
      phase: 'awaiting-approval',
      approvalId: 'apr_1',
      hadEffect: true,
      rejectedPlans: ['digest'],
      voids: { other: 2 },
    })
    await link()
    expect(await bench.store.get('incident', tenant, old, bench.ctx)).toMatchObject({
      hadEffect: true,
      rejectedPlans: ['digest'],
      voids: { other: 2 },
    })
    expect(await bench.store.get('incident', tenant, young, bench.ctx)).not.toHaveProperty('approvalId')
    expect(await bench.store.get('approval', tenant, 'apr_1', bench.ctx)).toMatchObject({
      state: 'void',
      voidBecause: 'merged',
    })
    expect((await bench.store.get('setting', tenant, holderSetting(old), bench.ctx))?.value).toEqual({
      by: 'ann',
      at: 1,
    })
    expect(bench.log().map(({ type }) => type)).toContain('approval-void')
  })
})

describe('an execution in flight', () => {
  it.each(['phase', 'execution'] as const)(
    'lets its incident survive although it is younger (seen by %s)',
    async (seen) => {
      const { bench, old, young, link } = await twoIncidents()
      if (seen === 'phase') await patch(bench, young, { phase: 'remediating' })
      else await put(bench, 'execution', execution(young, 'unknown'))
      await link()
      expect(await bench.store.get('incident', tenant, old, bench.ctx)).toMatchObject({
        phase: 'closed',
        mergedInto: young,
      })
      expect(bench.alerts().every(({ incidentId }) => incidentId === young)).toBe(true)
    },
  )

  it('in both keeps them apart until one is done; then they merge without any new alert', async () => {
    const { bench, old, young, link } = await twoIncidents()
    await patch(bench, old, { phase: 'verifying' })
    await put(bench, 'execution', execution(young, 'unknown'))
    await link()
    await bench.correlate()
    expect((await incidentsOf(bench)).map(({ phase }) => phase)).toEqual(['verifying', 'open'])
    const partition = await bench.store.get('partition', tenant, 'default', bench.ctx)
    expect(partition).toMatchObject({ state: 'merging', waiting: [[old, young].sort()] })
    const { revision } = partition ?? {}
    await bench.correlate()
    expect((await bench.store.get('partition', tenant, 'default', bench.ctx))?.revision).toBe(revision)

    await patch(bench, old, { phase: 'escalated' })
    await bench.correlate()
    expect(await bench.store.get('incident', tenant, old, bench.ctx)).toMatchObject({
      phase: 'closed',
      mergedInto: young,
    })
    expect(bench.alerts().every(({ incidentId }) => incidentId === young)).toBe(true)
    expect(await bench.store.get('partition', tenant, 'default', bench.ctx)).toMatchObject({
      state: 'settled',
      waiting: [],
    })
  })

  it('that begins while a merge is prepared makes the merge lose and think again', async () => {
    const { bench, old, young } = await twoIncidents()
    const late = await alertBench({
      ...zone,
      state: bench.state,
      wrap: (store) =>
        new Proxy(store, {
          get(target, name) {
            const member: unknown = Reflect.get(target, name)
            if (typeof member !== 'function') return member
            return async (...args: unknown[]) => {
              const incident = await bench.store.get('incident', tenant, young, bench.ctx)
              if (name === 'commit' && incident?.phase === 'open') await patch(bench, young, { phase: 'remediating' })
              return Reflect.apply(member, target, args) as unknown
            }
          },
        }),
    })
    await bench.ingest([podAlert('young', { labels: { zone: 'a' } })])
    await late.correlate()
    expect(await bench.store.get('incident', tenant, young, bench.ctx)).toMatchObject({ phase: 'remediating' })
    expect(await bench.store.get('incident', tenant, old, bench.ctx)).toMatchObject({
      phase: 'closed',
      mergedInto: young,
    })
    expect(late.parts.metrics.text()).toContain('mendkit_correlation_conflicts_total 1')
  })

  it('that a person takes over while a merge is prepared keeps its holder', async () => {
    const { bench, old, young } = await twoIncidents()
    let taken = false
    const late = await alertBench({
      ...zone,
      state: bench.state,
      wrap: (store) =>
        new Proxy(store, {
          get(target, name) {
            const member: unknown = Reflect.get(target, name)
            if (typeof member !== 'function') return member
            return async (...args: unknown[]) => {
              if (name === 'commit' && !taken) {
                taken = true
                await put(bench, 'setting', {
                  tenant,
                  id: holderSetting(young),
                  value: { by: 'ann', at: 1 },
                  revision: 0,
                })
              }
              return Reflect.apply(member, target, args) as unknown
            }
          },
        }),
    })
    await bench.ingest([podAlert('young', { labels: { zone: 'a' } })])
    await late.correlate()
    expect((await bench.store.get('setting', tenant, holderSetting(old), bench.ctx))?.value).toEqual({
      by: 'ann',
      at: 1,
    })
  })
})

describe('an incident that is closed while a chunk is prepared', () => {
  it('takes no alert with it', async () => {
    const first = await alertBench()
    await first.ingest([podAlert('p', { startsAt: at(0) })])
    await first.correlate()
    const [incident] = await incidentsOf(first)
    if (incident === undefined) throw new Error('an incident was expected')
    let closed = false
    const second = await alertBench({
      state: first.state,
      wrap: (store) =>
        new Proxy(store, {
          get(target, name) {
            const member: unknown = Reflect.get(target, name)
            if (typeof member !== 'function') return member
            return async (...args: unknown[]) => {
              if (name === 'commit' && !closed) {
                closed = true
                const drop = { kind: 'drop-correlation-keys', incidentId: incident.id } as const
                await first.commit({
                  put: [{ kind: 'document', table: 'incident', row: { ...incident, phase: 'closed' } }, drop],
                })
              }
              return Reflect.apply(member, target, args) as unknown
            }
          },
        }),
    })
    await first.ingest([podAlert('p', { labels: { container: 'x' } })])
    await second.correlate()
    const incidents = await incidentsOf(first)
    expect(incidents.map(({ phase }) => phase)).toEqual(['closed', 'open'])
    expect(first.alerts().map(({ incidentId }) => incidentId)).toEqual([incident.id, incidents[1]?.id])
  })
})

describe('two workers', () => {
  it('that correlate different alerts of one cause at the same moment open one incident', async () => {
    const state = memoryState()
    const meeting = Promise.withResolvers<void>()
    let ready = 0
    /** Sees only the alerts of one pod as pending, and commits first when the other worker is about to commit too. */
    const halfBlind = (container: string) => (store: Store) =>
      new Proxy(store, {
        get(target, name) {
          if (name === 'pendingAlerts') {
            return async (query: Parameters<Store['pendingAlerts']>[0], ctx: CallContext) =>
              (await target.pendingAlerts(query, ctx)).filter(({ labels }) => labels['container'] === container)
          }
          const member: unknown = Reflect.get(target, name)
          if (typeof member !== 'function') return member
          return async (...args: unknown[]) => {
            if (name === 'commit' && ++ready === 2) meeting.resolve()
            if (name === 'commit') await meeting.promise
            return Reflect.apply(member, target, args) as unknown
          }
        },
      })
    const intake = await alertBench({ state })
    await intake.ingest(['a', 'b'].map((container) => podAlert('p', { labels: { container } })))
    const workers = await Promise.all(['a', 'b'].map((each) => alertBench({ state, wrap: halfBlind(each) })))
    await Promise.all(workers.map((worker) => worker.correlate()))
    const incidents = await incidentsOf(intake)
    expect(incidents.map(({ phase }) => phase)).toEqual(['open'])
    expect(intake.alerts().map(({ incidentId }) => incidentId)).toEqual([incidents[0]?.id, incidents[0]?.id])
  })
})
