import { askAbove, type MendkitOptions, type Reauthenticate } from '@mendkit/core'
import { kubernetes } from '@mendkit/kubernetes'
import {
  clusterFaults,
  type FaultKind,
  laggingReads,
  type Simulation,
  type Stage,
  type WorkerParts,
} from '@mendkit/testkit'
import { drainsNodes } from './drains-nodes.ts'
import { openMonitoring } from './monitoring.ts'
import { drawNodeScenario, type NodeScenario } from './node-scenario.ts'
import { clientOf, peopleNotifier, type Taken } from './outlets.ts'
import { openPeople, proofOf } from './people.ts'
import { simulatedSettings } from './settings.ts'
import { openWard } from './ward.ts'
import { type WatchedCluster, watchedCluster } from './watched-cluster.ts'
import { watchedDrain } from './watched-drain.ts'
import { withoutQuestions } from './without-questions.ts'

const moments = ['after-any', 'after-read', 'after-intent', 'after-effect', 'dry-run', 'effect'] as const
const HEARTBEAT_MS = 60_000
/** When nothing has fired by then, nothing will. */
const NOTHING_COMES_MS = 600_000

const mishaps: readonly FaultKind[] = [
  { kind: 'uncordon', at: moments },
  { kind: 'heartbeat', at: moments, weight: 2 },
  { kind: 'outage', at: ['effect', 'after-effect', 'after-intent', 'read'], ms: [10_000, 150_000], weight: 3 },
  { kind: 'watch-stalls', at: ['effect', 'after-effect', 'after-intent', 'read'], ms: [10_000, 150_000], weight: 3 },
  { kind: 'kill-switch', at: moments, ms: [20_000, 120_000], weight: 3 },
  { kind: 'take-over', at: moments, ms: [20_000, 120_000], weight: 3 },
  { kind: 'silence', at: moments, ms: [60_000, 200_000] },
]

/** A node that is not ready and is drained, pod after pod, once somebody has approved it and shown who it is. */
export function nodeStage(simulation: Simulation): Stage {
  const { chance, ledger, later } = simulation
  const scenario = drawNodeScenario(chance)
  const ward = openWard(simulation.now, chance.below(1_000_000), scenario)
  const { cluster } = ward
  const people = openPeople(simulation, scenario)
  const labels = { alertname: 'KubeNodeNotReady', node: 'node-1' }
  const monitoring = openMonitoring(simulation, cluster, [{ labels, isHealthy: ward.isHealthy }], scenario.clearAfterMs)
  const watched = watchedDrain(simulation, watchedCluster(simulation, cluster))
  const taken: Taken = { delivered: new Set(), effects: { seen: 0 } }
  let heard = 0
  let uncordons = scenario.uncordonAfterMs === undefined ? 0 : 1

  const strikes: Readonly<Record<string, (ms: number) => void>> = {
    uncordon: ward.uncordon,
    heartbeat: ward.report,
    outage: (ms) =>
      later(ms, 'the API server is back', cluster.inject({ fault: 'refused', times: Number.MAX_SAFE_INTEGER })),
    'watch-stalls': watched.stall,
    'kill-switch': people.pause,
    'take-over': people.takeOver,
    silence: monitoring.silence,
  }

  function beat(): void {
    ward.report()
    later(HEARTBEAT_MS, 'heartbeat', beat)
  }
  later(HEARTBEAT_MS, 'heartbeat', beat)
  const began = simulation.now()

  return {
    workers: scenario.workers,
    faults: [laggingReads, ...clusterFaults.filter(({ kind }) => kind !== 'recreated'), ...mishaps],
    strike: (kind, ms) => strikes[kind]?.(ms),
    watch() {
      for (const { entry } of ledger.entries.slice(heard)) {
        people.hear(entry)
        if (entry.type !== 'execution-observed' || uncordons === 0) continue
        uncordons -= 1
        later(scenario.uncordonAfterMs ?? 0, 'somebody uncordons', ward.uncordon)
      }
      heard = ledger.entries.length
    },
    host: (worker) => hostOf(simulation, worker, watched, scenario, taken),
    isOver: () => (ledger.incidents.size > 0 || simulation.now() - began > NOTHING_COMES_MS) && !people.areBusy(),
    checks: [
      {
        id: 'drained',
        onChange: (_, { change }) =>
          change.audit.flatMap((entry) => {
            if (entry.type !== 'execution-observed' || entry.data.outcome !== 'applied') return []
            const { pods = [] } = (ledger.executions.get(entry.data.execution)?.guard ?? {}) as DrainGuard
            const left = cluster
              .all('v1', 'Pod', 'shop')
              .filter(({ metadata }) => pods.includes(metadata.uid) && metadata.deletionTimestamp === undefined)
            return left.map(
              ({ metadata }) => `${entry.data.execution} counts as applied, and ${metadata.name} is there`,
            )
          }),
      },
      {
        id: 'proven',
        onTaken: (_, { change }) =>
          change.audit.flatMap((entry) => {
            if (entry.type !== 'execution-intended') return []
            const planId = ledger.executions.get(entry.data.execution)?.planId
            const approval = [...ledger.approvals.values()].find((each) => each.planId === planId)
            return (approval?.proofNeeded ? approval.answers : []).flatMap(({ by }) =>
              people.hasProved(by.id, approval?.id ?? '')
                ? []
                : [`${entry.data.execution} was intended, and ${by.id}, who approved it, has not shown who it is`],
            )
          }),
      },
    ],
  }
}

interface DrainGuard {
  readonly pods?: readonly string[]
}

/** Whether somebody has shown who it is. */
export const askForProof: Reauthenticate = ({ by, proof }) => proof === proofOf(by.id)

function hostOf(
  simulation: Simulation,
  { ports }: WorkerParts,
  cluster: WatchedCluster,
  scenario: NodeScenario,
  taken: Taken,
): Omit<MendkitOptions, 'store' | 'system'> {
  const client = clientOf(simulation, ports, cluster, taken)
  const {
    clusters = [],
    evidence = [],
    checks = [],
    rules = [],
    remediators = [],
  } = kubernetes({
    cluster: 'sim',
    namespaces: ['shop'],
    nodes: true,
    actions: ['kubernetes.cordon', 'kubernetes.drain'],
    read: client,
    act: client,
  })
  const catalogues = remediators.map(withoutQuestions)
  return {
    autonomy: { 'action:kubernetes.drain': 'approve' },
    integrations: [{ clusters, evidence, checks, rules: rules.map(drainsNodes), remediators: catalogues }],
    policies: [askAbove('medium')],
    notifiers: [peopleNotifier(ports, taken)],
    settings: {
      ...simulatedSettings,
      execution: { ...simulatedSettings.execution, resumeForMs: 300_000, maxParts: 20 },
      ...(scenario.proof && { reauthenticate: askForProof }),
    },
  }
}
