import {
  allowUpTo,
  askAbove,
  type Correlator,
  correlateByLabels,
  type MendkitOptions,
  onlyInNamespaces,
  type Policy,
  ruleAnalyzer,
} from '@mendkit/core'
import { kubernetes } from '@mendkit/kubernetes'
import {
  type Chance,
  clusterFaults,
  type FaultKind,
  laggingReads,
  type SimulatedCluster,
  type Simulation,
  type Stage,
  type WorkerParts,
} from '@mendkit/testkit'
import { workloadTruth } from './cluster-truth.ts'
import { earnedAuto, earnedLevels } from './earned-level.ts'
import { type Monitored, openMonitoring } from './monitoring.ts'
import { clientOf, peopleNotifier, type Taken } from './outlets.ts'
import { openPeople } from './people.ts'
import { drawScenario, hasTiers, type Scenario } from './scenario.ts'
import { simulatedSettings } from './settings.ts'
import { openShop } from './shop.ts'
import { unreliableModel } from './unreliable-model.ts'
import { watchedCluster } from './watched-cluster.ts'
import { withoutQuestions } from './without-questions.ts'

const moments = ['after-any', 'after-read', 'after-intent', 'after-effect', 'dry-run', 'effect'] as const

/** What people, other controllers and the monitoring do at moments that do not suit. */
const mishaps: readonly FaultKind[] = [
  { kind: 'edit', at: moments, weight: 4 },
  { kind: 'outage', at: ['effect', 'after-effect', 'after-intent', 'read'], ms: [10_000, 150_000], weight: 3 },
  { kind: 'put-back', at: ['after-effect'], weight: 2 },
  { kind: 'annotate', at: moments, weight: 3 },
  { kind: 'recreate', at: moments },
  { kind: 'kill-switch', at: moments, ms: [20_000, 120_000], weight: 4 },
  { kind: 'take-over', at: moments, ms: [20_000, 120_000], weight: 3 },
  { kind: 'silence', at: moments, ms: [60_000, 200_000], weight: 3 },
  { kind: 'fall-silent', at: moments, ms: [60_000, 500_000], weight: 2 },
  { kind: 'notice-lost', at: ['notice'], ms: [0, 40_000] },
  { kind: 'tell-twice', at: ['after-any'], ms: [0, 120_000] },
]

const stalls = ['effect', 'after-effect', 'after-intent', 'read'] as const
const lags: readonly FaultKind[] = [
  { kind: 'watch-stalls', at: stalls, ms: [10_000, 150_000], weight: 16 },
  { ...laggingReads, weight: 16 },
]

/** A shop on a simulated cluster with bad rollouts, its monitoring, its people, and what goes wrong between them. */
export function shopStage(simulation: Simulation, draw: (chance: Chance) => Scenario = drawScenario): Stage {
  const { chance, ledger, later } = simulation
  const scenario = draw(chance)
  const shop = openShop(simulation.now, chance.below(1_000_000), chance, scenario)
  const { cluster } = shop
  const people = openPeople(simulation, scenario)
  const monitoring = openMonitoring(simulation, cluster, monitored(cluster, scenario), scenario.clearAfterMs)
  const watched = watchedCluster(simulation, cluster)
  const taken: Taken = { delivered: new Set(), effects: { seen: 0 } }
  let heard = 0
  let edits = scenario.editAfterMs === undefined ? 0 : 1
  let hushes = scenario.hushed ? 1 : 0
  let relapses = scenario.relapseAfterMs === undefined ? 0 : 1

  const [name = ''] = scenario.workloads
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name }
  const strikes: Readonly<Record<string, (ms: number) => void>> = {
    edit: () => chance.pick([shop.rollOutGood, shop.rollOutBad, shop.rollOutBroken])(name),
    outage: (ms) =>
      later(ms, 'the API server is back', cluster.inject({ fault: 'refused', times: Number.MAX_SAFE_INTEGER })),
    'watch-stalls': watched.stall,
    detour: () => later(5_000, 'somebody goes back', shop.detour(name)),
    'put-back': () => later(15_000, 'a pipeline runs again', () => shop.rollOutBad(name)),
    annotate: () => annotate(cluster, deployment, simulation.step()),
    recreate: () => void (cluster.find(deployment) && cluster.recreate(deployment)),
    'kill-switch': (ms) => {
      people.pause(ms)
      if (chance.happens(0.3)) monitoring.silence(ms + 120_000)
    },
    'take-over': people.takeOver,
    silence: monitoring.silence,
    'fall-silent': monitoring.fallSilent,
    'tell-twice': monitoring.repeat,
  }
  const strike = (kind: string, ms: number) => strikes[kind]?.(ms)

  function watch(): void {
    for (const { entry } of ledger.entries.slice(heard)) {
      people.hear(entry)
      if (entry.type === 'execution-observed' && edits > 0) {
        edits -= 1
        later(scenario.editAfterMs ?? 0, 'somebody edits', () => strike(scenario.detour ? 'detour' : 'edit', 0))
      }
      if (hushes > 0 && entry.type === 'phase-changed' && entry.data.to === 'remediating') {
        hushes -= 1
        people.pause(HUSHED_MS)
        monitoring.silence(2 * HUSHED_MS)
      }
      if (entry.type !== 'phase-changed' || entry.data.to !== 'resolved' || relapses === 0) continue
      relapses -= 1
      waiting += 1
      later(scenario.relapseAfterMs ?? 0, 'another bad version', () => {
        shop.rollOutBad(scenario.workloads[0] ?? '')
        later(120_000, 'the relapse had its time', () => {
          waiting -= 1
        })
      })
    }
    heard = ledger.entries.length
  }
  let waiting = 0
  // Alerts that are silenced from the start, or gone before they were told, open no incident at all.
  const began = simulation.now()
  const isLateEnough = () => ledger.incidents.size > 0 || simulation.now() - began > NOTHING_COMES_MS

  return {
    workers: scenario.workers,
    faults: [...clusterFaults, ...mishaps, ...(scenario.lagging ? lags : [])],
    strike,
    watch,
    host: (worker) => hostOf(simulation, worker, watched, scenario, taken),
    isOver: () => isLateEnough() && waiting === 0 && !people.areBusy(),
    ...(scenario.earned && { begins: [earnedAuto] }),
    checks: [
      ...(scenario.earned ? [earnedLevels((planId) => ledger.plans.get(planId)?.decision.kind)] : []),
      {
        id: 'autonomy-kept',
        onEffect(_, { executionId = '' }) {
          const kind = ledger.plans.get(ledger.executions.get(executionId)?.planId ?? '')?.decision.kind
          const may = scenario.earned || scenario.level === 'auto' || (scenario.level === 'approve' && kind === 'ask')
          return may ? [] : [`${executionId} had an effect; autonomy is ${scenario.level}, and the plan says ${kind}`]
        },
      },
      {
        id: 'people-told',
        atEnd: () =>
          [...ledger.notices.values()].flatMap(({ id, state, dedupeKey }) =>
            state === 'sent' && !taken.delivered.has(dedupeKey)
              ? [`notice ${id} counts as sent, and nobody got it`]
              : [],
          ),
      },
    ],
  }
}

function monitored(cluster: SimulatedCluster, { workloads, alertnames }: Scenario): readonly Monitored[] {
  return workloads.flatMap((deployment) =>
    alertnames.map((alertname) => ({
      labels: { alertname, namespace: 'shop', deployment },
      isHealthy: () => workloadTruth(cluster, deployment)?.healthy === true,
    })),
  )
}

/** Long enough for a silence to be told before the kill switch is lifted. */
const HUSHED_MS = 90_000

/** When nothing has fired by then, nothing will. */
const NOTHING_COMES_MS = 600_000

function annotate(cluster: SimulatedCluster, deployment: Parameters<SimulatedCluster['find']>[0], step: number): void {
  const found = cluster.find(deployment)
  if (found === undefined) return
  const { apiVersion, kind, metadata, spec } = found as typeof found & { spec: unknown }
  const { name, namespace = '', labels = {} } = metadata
  const annotations = { 'shop/looked-at': String(step) }
  cluster.apply({ apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec })
}

function hostOf(
  simulation: Simulation,
  { ports }: WorkerParts,
  cluster: SimulatedCluster,
  scenario: Scenario,
  taken: Taken,
): Omit<MendkitOptions, 'store' | 'system'> {
  const client = clientOf(simulation, ports, cluster, taken)
  const {
    clusters = [],
    evidence = [],
    topology = [],
    checks = [],
    rules = [],
    remediators = [],
  } = kubernetes({
    cluster: 'sim',
    namespaces: ['shop'],
    // All that its rules and its model can come to here. Each costs every start of a worker.
    actions: ['kubernetes.rollout-undo', 'kubernetes.evict-pod'],
    read: client,
    act: client,
  })
  return {
    autonomy: { 'namespace:shop': scenario.level },
    integrations: [{ clusters, evidence, topology, checks, rules, remediators: remediators.map(withoutQuestions) }],
    ...(scenario.model && { analyzers: [unreliableModel(ports), ruleAnalyzer(rules)] }),
    policies: [allowUpTo('medium'), onlyInNamespaces('shop'), ...manyEyes(scenario)],
    notifiers: [peopleNotifier(ports, taken)],
    settings: {
      ...simulatedSettings,
      execution: { ...simulatedSettings.execution, maxInFlight: scenario.maxInFlight },
      ...(scenario.earned && { autonomy: { earnUpTo: { 'namespace:shop': 'auto' } } }),
      ...(scenario.apart && { correlators: [eachItsOwn] }),
      ...(hasTiers(scenario) && { escalation }),
    },
  }
}

/** Where more than one must approve, what runs by itself elsewhere is asked about too. */
function manyEyes({ quorum: { needed } }: Scenario): readonly Policy[] {
  return needed === 1 ? [] : [askAbove('low', { quorum: needed })]
}

/** Two tiers, twice, of the same people: who is paged is what matters here, not by what. */
const escalation = {
  policies: [
    {
      id: 'shop',
      match: ['namespace="shop"'],
      tiers: [
        { notifiers: ['people'], acknowledgeMs: 40_000 },
        { notifiers: ['people'], acknowledgeMs: 40_000 },
      ],
      repeats: 1,
    },
  ],
}

/** Ties an alert only to alerts of its own name, so that two incidents are about one object. */
const eachItsOwn: Correlator = {
  ...correlateByLabels(),
  id: 'each-its-own',
  keys: ({ labels }) => {
    const key = `${labels['alertname']} ${labels['deployment']}`
    return [{ key, withinMs: Number.POSITIVE_INFINITY, because: 'the same alert' }]
  },
}
