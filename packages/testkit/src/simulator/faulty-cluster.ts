import type { CallContext } from '@mendkit/core'
import type { FaultPlan, SimulatedFault } from '../kubernetes/faults.ts'
import type { SimulatedClient, SimulatedWriteOptions } from '../kubernetes/shapes.ts'
import type { SimulatedCluster } from '../kubernetes/simulated-cluster.ts'
import type { Fault, FaultKind, FaultPlace } from './fault.ts'
import { abandon, delayOf, type Ports } from './ports.ts'

/** What goes wrong between a process and the API server. */
export const clusterFaults: readonly FaultKind[] = [
  { kind: '409', at: ['effect', 'dry-run'] },
  { kind: '429', at: ['effect', 'dry-run', 'read'], ms: [1_000, 20_000], weight: 2 },
  { kind: '500', at: ['effect', 'read'] },
  { kind: '503', at: ['effect', 'dry-run', 'read'] },
  { kind: '504', at: ['effect', 'read'] },
  { kind: 'refused', at: ['effect', 'read'] },
  { kind: 'cut-before', at: ['effect', 'read'] },
  { kind: 'cut-after', at: ['effect'], weight: 4 },
  { kind: 'slow', at: ['effect', 'dry-run', 'read'], ms: [1_000, 60_000], weight: 2 },
  { kind: 'late', at: ['effect'], ms: [20_000, 180_000], weight: 8 },
  { kind: 'recreated', at: ['effect', 'dry-run'] },
]

/** Reads that are answered with how things were up to a minute ago. */
export const laggingReads: FaultKind = { kind: 'lagging', at: ['read'], ms: [1_000, 60_000], weight: 4 }

/** A write that reached the cluster, as the wire has it. */
export interface ArrivedWrite {
  /** The process that sent it. */
  readonly by: string
  /** In steps: when it was sent, and when it arrived. */
  readonly sentAt: number
  readonly arrivedAt: number
  readonly executionId: string | undefined
}

/** Whoever watches the wire between a process and the API server. */
export interface WireWatch {
  /** A write is sent in the name of an execution. */
  sent(by: string, executionId: string, target: string): void
  /** A write was carried out, or refused. */
  arrived(write: ArrivedWrite): void
}

/**
 * One process's way to a simulated cluster. Every request waits to be released, a write twice: to arrive, and to be
 * answered. A write whose sender gives up or dies may still arrive, later.
 */
export function faultyCluster(ports: Ports, cluster: SimulatedCluster, watch: WireWatch): SimulatedClient {
  const { scheduler, life, chance } = ports

  function read<Result>(label: string, context: CallContext, run: () => Promise<Result>): Promise<Result> {
    return asked('read', label, context, run)
  }

  function asked<Result>(
    place: FaultPlace,
    label: string,
    context: CallContext,
    run: () => Promise<Result>,
  ): Promise<Result> {
    const faults = ports.faults.meet(place)
    return ports.call({
      label,
      signal: context.signal,
      afterMs: delayOf(faults),
      run: () => underFaults(cluster, faults, run),
    })
  }

  async function write<Result>(
    label: string,
    target: string,
    options: SimulatedWriteOptions,
    context: CallContext,
    run: (context: CallContext) => Promise<Result>,
  ): Promise<Result> {
    if (options.dryRun === true) return asked('dry-run', `${label} (dry run)`, context, () => run(context))
    const faults = ports.faults.meet('effect')
    const sentAt = scheduler.steps()
    if (options.executionId !== undefined) watch.sent(life.name, options.executionId, target)
    const lasting: CallContext = { ...context, signal: new AbortController().signal }
    async function carryOut(): Promise<{ readonly result: Result } | { readonly error: unknown }> {
      try {
        return { result: await underFaults(cluster, faults, () => run(lasting)) }
      } catch (error) {
        return { error }
      } finally {
        watch.arrived({ by: life.name, sentAt, arrivedAt: scheduler.steps(), executionId: options.executionId })
      }
    }
    const certain = faults.some((fault) => fault.kind === 'late')
    const answer = await ports.call({
      label,
      signal: context.signal,
      afterMs: delayOf(faults),
      run: carryOut,
      orphan: { run: () => void carryOut(), certain },
      onGivenUp: (operation) => abandon(scheduler, chance, operation),
    })
    return ports.call({
      label: `answer to ${label}`,
      signal: context.signal,
      run() {
        if ('error' in answer) throw answer.error
        return answer.result
      },
    })
  }

  return {
    get: (reference, context) => read(`get ${reference.kind}`, context, () => cluster.get(reference, context)),
    list: (selection, context) => read(`list ${selection.kind}`, context, () => cluster.list(selection, context)),
    podLogs: (pod, options, context) => read('logs', context, () => cluster.podLogs(pod, options, context)),
    can: (question, context) => read('can', context, () => cluster.can(question, context)),
    describe: (context) => read('describe', context, () => cluster.describe(context)),
    watch: (selection, context) => cluster.watch(selection, context),
    create: (object, options, context) =>
      write(`create ${object.kind}`, nameOf(object.kind, object.metadata), options, context, (ctx) =>
        cluster.create(object, options, ctx),
      ),
    patch: (reference, patch, options, context) =>
      write(`patch ${reference.kind}`, nameOf(reference.kind, reference), options, context, (ctx) =>
        cluster.patch(reference, patch, options, ctx),
      ),
    delete: (reference, preconditions, options, context) =>
      write(`delete ${reference.kind}`, nameOf(reference.kind, reference), options, context, (ctx) =>
        cluster.delete(reference, preconditions, options, ctx),
      ),
    evict: (pod, preconditions, options, context) =>
      write('evict Pod', nameOf('Pod', pod), options, context, (ctx) =>
        cluster.evict(pod, preconditions, options, ctx),
      ),
    createEvent: (event, options, context) =>
      asked('read', 'create Event', context, () => cluster.createEvent(event, options, context)),
  }
}

function nameOf(kind: string, { name }: { readonly name: string }): string {
  return `${kind}/${name}`
}

async function underFaults<Result>(
  cluster: SimulatedCluster,
  faults: readonly Fault[],
  run: () => Promise<Result>,
): Promise<Result> {
  const fault = faults.map((each) => faultOf(cluster, each)).find((each) => each !== undefined)
  if (fault === undefined) return run()
  const takeBack = cluster.inject(fault)
  try {
    return await run()
  } finally {
    takeBack()
  }
}

function faultOf(cluster: SimulatedCluster, { kind, ms }: Fault): FaultPlan | undefined {
  if (kind === '429') return { fault: 429, retryAfterSeconds: Math.ceil(ms / 1000) }
  if (kind === 'lagging') return { fault: kind, seenAt: cluster.now() - ms }
  const known = named.find((name) => String(name) === kind)
  return known === undefined ? undefined : { fault: known }
}

const named: readonly SimulatedFault[] = [409, 500, 503, 504, 'refused', 'cut-before', 'cut-after', 'recreated']
