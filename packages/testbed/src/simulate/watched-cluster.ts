import type { SimulatedCluster, Simulation } from '@mendkit/testkit'
import { findWorkload, replicaSetOf, type StoredWorkload, templateOf, workloadTruth } from './cluster-truth.ts'

/** What an effect did to a Deployment, as the cluster has it. */
interface Change {
  readonly uid: string
  readonly before: string
  readonly after: string
  readonly readyBefore: number
}

/** A cluster that is watched, and whose reads can lag behind. */
export interface WatchedCluster extends SimulatedCluster {
  /** For so long one of its API servers answers reads with how things are now, as a cache does that is told nothing. */
  readonly stall: (ms: number) => void
}

/**
 * The cluster, every patch of which is judged by what it found and what it left: exactly what was planned, on the object
 * that was meant; and, for an undo, exactly the state before, while nobody else has changed it since.
 */
export function watchedCluster(simulation: Simulation, cluster: SimulatedCluster): WatchedCluster {
  const { ledger, complain, chance } = simulation
  const changes = new Map<string, Change>()
  let stalled = { at: 0, until: 0 }

  function judge(before: StoredWorkload, after: StoredWorkload, id: string): void {
    const execution = ledger.executions.get(id)
    const change = {
      uid: before.metadata.uid,
      before: templateOf(before),
      after: templateOf(after),
      readyBefore: workloadTruth(cluster, after.metadata.name)?.ready ?? 0,
    }
    changes.set(id, change)
    if (execution === undefined) return
    const original = execution.undoes === undefined ? undefined : changes.get(execution.undoes)
    if (execution.target.uid !== change.uid) complain('bound', `${id} changed an object that it was not meant for`)
    const from = replicaSetOf(cluster, before, change.before)
    const to = replicaSetOf(cluster, before, change.after)
    // What counts is what was shown when it was decided, whatever was previewed since.
    const promised =
      execution.undoes === undefined ? ledger.plans.get(execution.planId)?.actions[execution.index] : undefined
    const { before: shown, after: wanted } = promised ?? execution
    if (from !== nameIn(shown)) complain('bound', `${id} changed an object that is not as it was approved`)
    if (to !== nameIn(wanted)) complain('bound', `${id} made of the object what nobody approved`)
    if (execution.undoes === undefined) return
    if (original === undefined) {
      complain('undo', `${id} undoes ${execution.undoes}, which has done nothing`)
      return
    }
    if (change.after !== original.before) complain('undo', `${id} did not bring the state before back`)
    if (change.before !== original.after) complain('undo', `${id} wrote over what somebody else had changed`)
    if (change.readyBefore > original.readyBefore) complain('undo', `${id} undid what had made things better`)
    const verdict = ledger.entries.findLast(
      ({ entry }) => entry.type === 'execution-verified' && entry.data.execution === execution.undoes,
    )?.entry
    if (verdict?.type !== 'execution-verified' || verdict.data.verdict !== 'worse') {
      complain('undo', `${id} undid what had not made anything worse`)
    }
  }

  /** Which API server answers is chance. */
  async function read<Result>(run: () => Promise<Result>): Promise<Result> {
    if (simulation.now() >= stalled.until || chance.happens(0.5)) return run()
    const takeBack = cluster.inject({ fault: 'lagging', on: ['get', 'list'], seenAt: stalled.at })
    try {
      return await run()
    } finally {
      takeBack()
    }
  }

  return {
    ...cluster,
    stall(ms) {
      stalled = { at: simulation.now(), until: simulation.now() + ms }
    },
    get: (reference, context) => read(() => cluster.get(reference, context)),
    list: (selection, context) => read(() => cluster.list(selection, context)),
    async patch(reference, patch, options, context) {
      const isReal = options.dryRun !== true && reference.kind === 'Deployment'
      const before = isReal ? findWorkload(cluster, reference.name) : undefined
      const count = before === undefined ? 0 : cluster.effects().length
      try {
        return await cluster.patch(reference, patch, options, context)
      } finally {
        const after = before === undefined ? undefined : findWorkload(cluster, reference.name)
        const id = options.executionId
        const hadEffect = before !== undefined && cluster.effects().length > count
        if (before !== undefined && after !== undefined && hadEffect && id !== undefined) judge(before, after, id)
      }
    },
  }
}

function nameIn(state: unknown): string | undefined {
  return (state as { replicaSet?: string } | null)?.replicaSet
}
