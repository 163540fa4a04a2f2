import { correlateByLabels, type Incident, type RecordedChange, type Store } from '@mendkit/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { changesSetting } from '../src/engine/changes.ts'
import { resolveResource } from '../src/engine/correlate/resolve-resource.ts'
import { type AlertBench, alertBench, at, dashTopology, deployment, podAlert, tenant } from './support/intake.ts'
import { away, type Faults, faultyStore } from './support/parts.ts'

const incidentsOf = async ({ store, ctx }: AlertBench): Promise<readonly Incident[]> =>
  store.list('incident', { tenant, limit: 1_000 }, ctx)

const symptomsOf = async ({ store, ctx }: AlertBench, incidentId: string) =>
  (await store.symptoms(tenant, incidentId, ctx)).map(({ alertname, resource, firing, suppressed, total }) => {
    return [alertname, resource?.name, firing, suppressed, total]
  })

/** Pods by the incident that holds them, as sorted texts. */
function partitionOf(bench: AlertBench): string[] {
  const groups = new Map<string, string[]>()
  for (const alert of bench.alerts()) {
    const group = alert.incidentId ?? 'none'
    groups.set(group, [...(groups.get(group) ?? []), alert.labels['pod'] ?? ''])
  }
  return [...groups.values()].map((pods) => pods.sort().join(' ')).sort()
}

async function recordChange(bench: AlertBench, given: Partial<RecordedChange>): Promise<void> {
  const setting = await bench.store.get('setting', tenant, changesSetting, bench.ctx)
  const id = bench.parts.ids.next('chg')
  const change = { tenant, id, kind: 'flag', at: 0, state: 'new', revision: 0, ...given } as const
  await bench.commit({
    put: [
      {
        kind: 'document',
        table: 'setting',
        row: { tenant, id: changesSetting, value: null, revision: setting?.revision ?? 0 },
      },
      { kind: 'document', table: 'change', row: change },
    ],
  })
}

const secondsAfterStart = (seconds: number) => Date.parse(at(seconds))

describe('correlation', () => {
  it('opens one incident for one resource and says why in the log', async () => {
    const bench = await alertBench({ integrations: [{ topology: [dashTopology()] }] })
    await bench.ingest([podAlert('checkout-1-a', { startsAt: at(-5) }), podAlert('checkout-1-b', { startsAt: at(-9) })])
    await bench.correlate()
    const [incident, ...others] = await incidentsOf(bench)
    expect(others).toEqual([])
    expect(incident).toMatchObject({
      phase: 'open',
      title: 'KubePodCrashLooping Deployment shop/checkout',
      resource: deployment('checkout'),
      deadlines: { settle: secondsAfterStart(5) },
      revision: 1,
    })
    expect(bench.alerts()[0]).toMatchObject({
      correlated: 'done',
      incidentId: incident?.id,
      resource: { kind: 'Pod', name: 'checkout-1-a' },
      topmost: deployment('checkout'),
    })
    expect(await symptomsOf(bench, incident?.id ?? '')).toEqual([['KubePodCrashLooping', 'checkout', 2, 0, 2]])
    const members = await bench.store.members({ tenant, incidentId: incident?.id ?? '', limit: 10 }, bench.ctx)
    expect(members.map(({ because }) => because)).toEqual([
      ['same owner Deployment shop/checkout'],
      ['same owner Deployment shop/checkout'],
    ])
    expect(bench.log().map(({ type }) => type)).toEqual(['alerts-received', 'incident-opened', 'alerts-correlated'])
    expect(bench.log()[2]).toMatchObject({
      subject: { kind: 'incident', id: incident?.id },
      data: { joined: 2, because: ['same owner Deployment shop/checkout'] },
    })
    expect(await bench.store.nextDueAt(bench.ctx)).toBe(bench.clock.now())
  })

  it('joins what comes later, whenever it comes, and raises without touching the incident', async () => {
    const bench = await alertBench({ integrations: [{ topology: [dashTopology()] }] })
    await bench.ingest([podAlert('checkout-1-a')])
    await bench.correlate()
    await bench.clock.advance(86_400_000)
    await bench.ingest([podAlert('checkout-2-z'), podAlert('cart-1-a')])
    await bench.correlate()
    expect(partitionOf(bench)).toEqual(['cart-1-a', 'checkout-1-a checkout-2-z'])
    const [incident] = await incidentsOf(bench)
    expect(incident?.revision).toBe(1)
    expect(bench.state.tenants.get(tenant)?.due.get(incident?.id ?? '')?.inputs).toBe(2)
  })

  it('makes one incident of 10,000 alerts with one cause, in few commits', async () => {
    let commits = 0
    const counted = (store: Store) =>
      new Proxy(store, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name)
          if (name === 'commit') commits += 1
          return typeof member === 'function' ? (member.bind(target) as unknown) : member
        },
      })
    const bench = await alertBench({ integrations: [{ topology: [dashTopology()] }], wrap: counted })
    await bench.ingest(Array.from({ length: 10_000 }, (_, index) => podAlert(`checkout-${index}`)))
    await bench.correlate()
    const incidents = await incidentsOf(bench)
    expect(incidents).toHaveLength(1)
    expect(await symptomsOf(bench, incidents[0]?.id ?? '')).toEqual([
      ['KubePodCrashLooping', 'checkout', 10_000, 0, 10_000],
    ])
    expect(commits).toBe(11)
    expect(bench.log()).toHaveLength(12)
  })

  it('keeps tenants and clusters apart', async () => {
    const bench = await alertBench({ integrations: [{ clusters: ['eu', 'us'] }] })
    await bench.ingest([podAlert('p')], { cluster: 'eu' })
    await bench.ingest([podAlert('p')], { cluster: 'us' })
    await bench.ingest([podAlert('p')], { tenant: 'globex', cluster: 'eu' })
    await bench.correlate()
    expect((await incidentsOf(bench)).map(({ cluster }) => cluster).sort()).toEqual(['eu', 'us'])
    expect(await bench.store.list('incident', { tenant: 'globex', limit: 10 }, bench.ctx)).toHaveLength(1)
  })

  it('gives an alert without a known object an incident of its own, to which it comes back', async () => {
    const bench = await alertBench()
    const alert = (startsAt: string) => ({ labels: { alertname: 'KubeCPUOvercommit', pod: 'lost' }, startsAt })
    await bench.ingest([alert(at(0))], { asOf: at(0) })
    await bench.correlate()
    await bench.ingest([{ ...alert(at(0)), status: 'resolved', endsAt: at(1) }], { asOf: at(1) })
    await bench.ingest([alert(at(2))], { asOf: at(2) })
    await bench.correlate()
    expect(await incidentsOf(bench)).toHaveLength(1)
    expect(bench.only()).toMatchObject({ episode: 2, correlated: 'done' })
    const warnings = bench.logged.filter(({ level }) => level === 'warn').map((line) => line.message)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('the labels pod, which name no object; add labels that name its object')
  })

  it('shows nothing of what a terminal would obey, or of secrets, in titles and reasons', async () => {
    const resource = {
      cluster: 'default',
      apiVersion: 'shop/v1',
      kind: 'Flag',
      name: 'a\u001b[2Jb ghp_abcdefghijklmnopqrstuvwxyz0123456789',
    }
    const bench = await alertBench({ settings: { mappings: [{ id: 'flag', resource: () => resource }] } })
    await bench.ingest([{ labels: { alertname: 'Red\u001b[31m' } }, { labels: { alertname: 'Blue' } }])
    await bench.correlate()
    const [incident] = await incidentsOf(bench)
    expect(incident?.title).toContain('Flag ab [redacted:token]')
    expect(incident?.title).toMatch(/^(?:Red|Blue) /)
    expect(bench.log()[2]?.data['because']).toEqual(['same resource Flag ab [redacted:token]'])
  })

  it('leaves everything pending when the store is away', async () => {
    const faults: Faults = {}
    const bench = await alertBench({ wrap: (store) => faultyStore(store, faults) })
    await bench.ingest([podAlert('p')])
    faults.commits = away
    await expect(bench.correlate()).rejects.toThrow('the store is away')
    expect(bench.only().correlated).toBe('pending')
    faults.commits = undefined
    await bench.correlate()
    expect(bench.only().correlated).toBe('done')
  })

  it('is not held up by one alert that no store can keep', async () => {
    const bench = await alertBench({
      wrap: (store) =>
        new Proxy(store, {
          get(target, name) {
            const member: unknown = Reflect.get(target, name)
            if (typeof member !== 'function') return member
            return async (...args: unknown[]) => {
              if (name === 'commit' && JSON.stringify(args[0]).match(/"title":"[^"]*poison/)) throw new TypeError('no')
              return Reflect.apply(member, target, args) as unknown
            }
          },
        }),
    })
    await bench.ingest([podAlert('a'), podAlert('poison'), podAlert('b'), podAlert('c')])
    await bench.correlate()
    expect(bench.alerts().map(({ correlated }) => correlated)).toEqual(['done', 'pending', 'done', 'done'])
    expect(bench.parts.metrics.text()).toMatch(/mendkit_correlation_failures_total [1-9]/)
  })
})

describe('chosen labels', () => {
  const labelled = () => alertBench({ settings: { correlation: { labels: ['zone'], windowMs: 10_000 } } })
  const zoned = (pod: string, startsAt: number, zone = 'a') =>
    podAlert(pod, { startsAt: at(startsAt), labels: { zone } })

  it('tie alerts that began within the window, also through others, and none beyond it', async () => {
    const bench = await labelled()
    await bench.ingest([zoned('p0', 0), zoned('p9', 9), zoned('p19', 19), zoned('p30', 30), zoned('q', 0, 'b')])
    await bench.correlate()
    expect(partitionOf(bench)).toEqual(['p0 p19 p9', 'p30', 'q'])
  })

  it('do so one by one and in any order', async () => {
    const bench = await labelled()
    for (const seconds of [19, 0, 30, 9]) {
      await bench.ingest([zoned(`p${seconds}`, seconds)])
      await bench.correlate()
    }
    expect(partitionOf(bench)).toEqual(['p0 p19 p9', 'p30'])
  })

  it('do not reach across a gap that one incident happens to span', async () => {
    const bench = await labelled()
    await bench.ingest([zoned('p', 0)])
    await bench.ingest([zoned('far', 50)])
    await bench.correlate()
    await bench.ingest([podAlert('p', { startsAt: at(50), labels: { zone: 'a', container: 'x' } })])
    await bench.correlate()
    await bench.ingest([zoned('between', 25)])
    await bench.correlate()
    expect(partitionOf(bench)).toEqual(['between', 'far p p'])
  })
})

describe('recorded changes', () => {
  const teamAlert = (pod: string, seconds: number) => podAlert(pod, { startsAt: at(seconds), labels: { team: 'pay' } })

  it.each(['before', 'after'])('tie the alerts that began soon after them, recorded %s the alerts', async (when) => {
    const bench = await alertBench()
    const change = { at: secondsAfterStart(0), labels: { team: 'pay' } }
    if (when === 'before') await recordChange(bench, change)
    await bench.ingest([
      teamAlert('a', 10),
      teamAlert('b', 299),
      teamAlert('late', 301),
      teamAlert('early', -1),
      podAlert('other'),
    ])
    await bench.correlate()
    if (when === 'after') {
      expect(partitionOf(bench)).toHaveLength(5)
      await recordChange(bench, change)
      await bench.correlate()
    }
    expect(partitionOf(bench)).toEqual(['a b', 'early', 'late', 'other'])
    const [stored] = await bench.store.list('change', { tenant, limit: 10 }, bench.ctx)
    expect(stored?.state).toBe('recent')
  })

  it('tie what is about their resource or below it with what carries their labels', async () => {
    const bench = await alertBench({ integrations: [{ topology: [dashTopology()] }] })
    await recordChange(bench, { at: secondsAfterStart(0), resource: deployment('checkout'), labels: { team: 'pay' } })
    await bench.ingest([
      podAlert('checkout-1', { startsAt: at(1) }),
      teamAlert('cart-1', 2),
      podAlert('web-1', { startsAt: at(3) }),
    ])
    await bench.correlate()
    expect(partitionOf(bench)).toEqual(['cart-1 checkout-1', 'web-1'])
  })

  it('count no longer when they lie far back, and are then left unread', async () => {
    const bench = await alertBench()
    await recordChange(bench, { at: secondsAfterStart(0), labels: { team: 'pay' }, state: 'recent' })
    await bench.clock.advance(7 * 3_600_000)
    await bench.ingest([teamAlert('a', 10), teamAlert('b', 20)])
    await bench.correlate()
    expect(partitionOf(bench)).toEqual(['a', 'b'])
    const [stored] = await bench.store.list('change', { tenant, limit: 10 }, bench.ctx)
    expect(stored?.state).toBe('old')
  })

  it('that are recorded while a commit is prepared are seen by it', async () => {
    const hook: { run?: (() => Promise<void>) | undefined } = {}
    const bench: AlertBench = await alertBench({
      wrap: (store) =>
        new Proxy(store, {
          get(target, name) {
            const member: unknown = Reflect.get(target, name)
            if (typeof member !== 'function') return member
            return async (...args: unknown[]) => {
              const run = hook.run
              if (name === 'commit') hook.run = undefined
              if (name === 'commit') await run?.()
              return Reflect.apply(member, target, args) as unknown
            }
          },
        }),
    })
    await bench.ingest([teamAlert('a', 10), teamAlert('b', 20)])
    hook.run = () => recordChange(bench, { at: secondsAfterStart(0), labels: { team: 'pay' }, state: 'recent' })
    await bench.correlate()
    expect(partitionOf(bench)).toEqual(['a b'])
  })
})

describe('suppressed alerts', () => {
  const suppressed = (pod: string, seconds = 0) => podAlert(pod, { status: 'suppressed', startsAt: at(seconds) })
  let bench: AlertBench
  beforeEach(async () => {
    bench = await alertBench({ integrations: [{ topology: [dashTopology()] }] })
  })

  it('open nothing, and open when they fire', async () => {
    await bench.ingest([suppressed('p')])
    await bench.correlate()
    expect(await incidentsOf(bench)).toEqual([])
    await bench.ingest([podAlert('p', { startsAt: at(0) })], { asOf: at(1) })
    await bench.correlate()
    expect(await incidentsOf(bench)).toHaveLength(1)
  })

  it('join the incident that holds their key, also one of the same moment, and are counted apart', async () => {
    await bench.ingest([suppressed('checkout-1'), podAlert('checkout-2'), suppressed('cart-1')])
    await bench.correlate()
    await bench.ingest([suppressed('checkout-3')])
    await bench.correlate()
    expect(partitionOf(bench)).toEqual(['cart-1', 'checkout-1 checkout-2 checkout-3'])
    const [incident] = await incidentsOf(bench)
    expect(await symptomsOf(bench, incident?.id ?? '')).toEqual([['KubePodCrashLooping', 'checkout', 1, 2, 3]])
  })

  it('stay where they are when they fire, although nothing else ties them there any more', async () => {
    const flag = (name: string) => ({
      settings: {
        mappings: [{ id: 'flag', resource: () => ({ cluster: 'default', apiVersion: 'shop/v1', kind: 'Flag', name }) }],
      },
    })
    const before = await alertBench(flag('old-name'))
    await before.ingest([podAlert('p'), suppressed('q')])
    await before.correlate()
    const after = await alertBench({ ...flag('new-name'), state: before.state })
    await after.ingest([podAlert('q', { startsAt: at(0) })], { asOf: at(1) })
    await after.correlate()
    expect(partitionOf(after)).toEqual(['p q'])
    expect(await incidentsOf(after)).toHaveLength(1)
  })

  it('merge nothing until they fire', async () => {
    const zoned = await alertBench({
      integrations: [{ topology: [dashTopology()] }],
      settings: { correlation: { labels: ['zone'] } },
    })
    const link = (status: 'firing' | 'suppressed') =>
      podAlert('cart-2', { status, labels: { zone: 'a' }, startsAt: at(0) })
    await zoned.ingest([podAlert('checkout-1', { labels: { zone: 'a' } }), podAlert('cart-1'), link('suppressed')])
    await zoned.correlate()
    const open = async () => (await incidentsOf(zoned)).filter(({ phase }) => phase !== 'closed')
    expect(await open()).toHaveLength(2)
    await zoned.ingest([link('firing')], { asOf: at(1) })
    await zoned.correlate()
    expect(await open()).toHaveLength(1)
  })
})

describe('an incident that is over', () => {
  const setPhase = async (bench: AlertBench, phase: Incident['phase']) => {
    const [incident] = await incidentsOf(bench)
    if (incident === undefined) throw new Error('no incident')
    const drop = { kind: 'drop-correlation-keys', incidentId: incident.id } as const
    await bench.commit({
      put: [
        { kind: 'document', table: 'incident', row: { ...incident, phase } },
        ...(phase === 'closed' ? [drop] : []),
      ],
    })
  }
  const flap = async (bench: AlertBench) => {
    await bench.ingest([podAlert('p', { status: 'resolved', endsAt: at(1) })], { asOf: at(1) })
    await bench.ingest([podAlert('p', { startsAt: at(2) })], { asOf: at(2) })
    await bench.correlate()
  }

  it('takes its alerts back while it is only resolved, and a step that would close it loses', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p', { startsAt: at(0) })])
    await bench.correlate()
    await setPhase(bench, 'resolved')
    const [before] = await incidentsOf(bench)
    await flap(bench)
    const [after, ...others] = await incidentsOf(bench)
    expect(others).toEqual([])
    expect(bench.only()).toMatchObject({ episode: 2, incidentId: after?.id })
    expect(after).toMatchObject({ phase: 'resolved', revision: (before?.revision ?? 0) + 1 })
  })

  it('takes nothing once it is closed: a new one opens', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p', { startsAt: at(0) })])
    await bench.correlate()
    await setPhase(bench, 'closed')
    await bench.ingest([podAlert('p', { startsAt: at(0) })], { asOf: at(1) })
    await bench.correlate()
    expect(await incidentsOf(bench)).toHaveLength(1)
    await flap(bench)
    const incidents = await incidentsOf(bench)
    expect(incidents.map(({ phase }) => phase)).toEqual(['closed', 'open'])
    expect(bench.only().incidentId).toBe(incidents[1]?.id)
  })
})

describe('what plug-ins get wrong', () => {
  it('a topology that fails costs its knowledge and nothing else, and what it said before still counts', async () => {
    let down = false
    const topology = dashTopology()
    const bench = await alertBench({
      integrations: [
        {
          topology: [
            {
              ...topology,
              owners: async (...args) => (down ? Promise.reject(new Error('api is away')) : topology.owners(...args)),
            },
          ],
        },
      ],
    })
    await bench.ingest([podAlert('checkout-1', { startsAt: at(0) })], { asOf: at(0) })
    await bench.correlate()
    down = true
    await bench.ingest([podAlert('checkout-1', { status: 'resolved', endsAt: at(1) })], { asOf: at(1) })
    await bench.ingest([podAlert('checkout-1', { startsAt: at(2) }), podAlert('cart-1')], { asOf: at(2) })
    await bench.correlate()
    expect(bench.alerts().map(({ topmost }) => topmost?.name)).toEqual(['checkout', 'cart-1'])
    expect(bench.parts.metrics.text()).toContain('mendkit_topology_failures_total{topology="dash"} 2')
    expect(bench.logged.some((line) => line.message.includes('topology dash did not tell the owners'))).toBe(true)
  })

  it('a topology that keeps failing is asked three times in a sweep', async () => {
    let asked = 0
    const owners = async () => {
      asked += 1
      throw new Error('api is away')
    }
    const bench = await alertBench({ integrations: [{ topology: [{ spec: 1, id: 'down', owners }, dashTopology()] }] })
    for (let index = 0; index < 40; index += 1) await bench.ingest([podAlert(`checkout-${index}`)])
    await bench.correlate()
    expect(asked).toBeLessThanOrEqual(18)
    expect(await incidentsOf(bench)).toHaveLength(1)
  })

  it('a topology that hangs is left behind after the time of a port call', async () => {
    const hangs = { spec: 1, id: 'hangs', owners: () => new Promise<never>(() => undefined) } as const
    const bench = await alertBench({
      integrations: [{ topology: [hangs] }],
      settings: { engine: { portTimeoutMs: 5_000 }, correlation: { ownersWaitMs: 0 } },
    })
    await bench.ingest([podAlert('p')])
    const correlated = bench.correlate()
    await bench.clock.advance(5_000)
    await correlated
    expect(bench.only()).toMatchObject({ correlated: 'done', topmost: { kind: 'Pod' } })
  })

  it('correlators and mappings that throw or answer nonsense are counted, and the alert is correlated', async () => {
    const bench = await alertBench({
      settings: {
        mappings: [
          {
            id: 'throws',
            resource: () => {
              throw new Error('oops')
            },
          },
          { id: 'nonsense', resource: () => ({ kind: 'Pod' }) as never },
        ],
        correlators: [
          {
            spec: 1,
            id: 'throws',
            keys: () => {
              throw new Error('oops')
            },
          },
          { spec: 1, id: 'nonsense', keys: () => [{ key: '', withinMs: Number.NaN, because: '' }] },
          { spec: 1, id: 'long', keys: () => [{ key: 'k'.repeat(5_000), withinMs: Infinity, because: 'long' }] },
          correlateByLabels(),
        ],
      },
    })
    await bench.ingest([podAlert('p'), podAlert('q')])
    await bench.correlate()
    expect(await incidentsOf(bench)).toHaveLength(1)
    const metrics = bench.parts.metrics.text()
    expect(metrics).toContain('mendkit_mapping_failures_total{mapping="throws"} 2')
    expect(metrics).toContain('mendkit_mapping_failures_total{mapping="nonsense"} 2')
    expect(metrics).toContain('mendkit_correlator_failures_total{correlator="throws"} 2')
    expect(metrics).toContain('mendkit_correlator_failures_total{correlator="key"} 2')
  })

  it('a mapping of the host comes before the common labels', async () => {
    const flag = { cluster: 'default', apiVersion: 'shop/v1', kind: 'Flag', namespace: 'shop', name: 'fast' }
    const mappings = [
      { id: 'flags', resource: (labels: Readonly<Record<string, string>>) => (labels['flag'] ? flag : undefined) },
    ]
    const bench = await alertBench({ settings: { mappings } })
    await bench.ingest([podAlert('p', { labels: { flag: 'fast' } }), podAlert('q')])
    await bench.correlate()
    expect(bench.alerts().map(({ resource }) => resource?.kind)).toEqual(['Flag', 'Pod'])
    const [alert] = bench.alerts()
    if (alert === undefined) throw new Error('no alert')
    expect(await resolveResource(alert, bench.parts, bench.ctx)).toMatchObject({ kind: 'resolved', topmost: flag })
  })
})
