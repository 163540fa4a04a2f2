import { type Json, MendkitError } from '@mendkit/core'
import { z } from 'zod'
import type { KubernetesObject } from './kubernetes-client.ts'
import { parseForm } from './parse-form.ts'

const labels = z.record(z.string(), z.string())
const amount = z.union([z.number(), z.string()])

/** Form of a label selector. */
export const selectorSchema = z.looseObject({
  matchLabels: labels.optional(),
  matchExpressions: z
    .array(z.looseObject({ key: z.string(), operator: z.string(), values: z.array(z.string()).optional() }))
    .optional(),
})

/** Form of a pod template, with the fields that are read here. */
export const templateSchema = z.looseObject({
  metadata: z
    .looseObject({ labels: labels.optional(), annotations: labels.optional() })
    // Some versions write that a template was never created, and some do not. It must not look like two templates.
    .transform((metadata) => {
      const { creationTimestamp: _, ...rest } = metadata
      return rest
    })
    .optional(),
  spec: z.looseObject({
    containers: z.array(z.looseObject({ name: z.string(), image: z.string().optional() })),
  }),
})

const conditionSchema = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  lastTransitionTime: z.string().optional(),
})

const workloadSchema = z.looseObject({
  spec: z.looseObject({
    replicas: z.number().default(1),
    paused: z.boolean().default(false),
    selector: selectorSchema.default({}),
    strategy: z
      .looseObject({
        type: z.string().optional(),
        rollingUpdate: z.looseObject({ maxUnavailable: amount.optional(), maxSurge: amount.optional() }).nullish(),
      })
      .default({}),
    updateStrategy: z
      .looseObject({
        type: z.string().optional(),
        rollingUpdate: z.looseObject({ maxUnavailable: amount.optional(), maxSurge: amount.optional() }).nullish(),
      })
      .optional(),
    template: templateSchema,
  }),
  status: z
    .looseObject({
      observedGeneration: z.number().optional(),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      readyReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      desiredNumberScheduled: z.number().optional(),
      currentNumberScheduled: z.number().default(0),
      updatedNumberScheduled: z.number().default(0),
      numberReady: z.number().default(0),
      numberAvailable: z.number().default(0),
      updateRevision: z.string().optional(),
      currentRevision: z.string().optional(),
      conditions: z.array(conditionSchema).default([]),
    })
    .prefault({}),
})

/** Pod template of a workload. */
export type PodTemplate = z.output<typeof templateSchema>

/** How many pods a workload wants, and has. */
interface ReplicaCounts {
  readonly desired: number
  readonly total: number
  readonly updated: number
  readonly ready: number
  readonly available: number
}

/** A Deployment, ReplicaSet, StatefulSet, DaemonSet or the like, with the fields that are read here. */
export interface Workload {
  readonly object: KubernetesObject
  readonly template: PodTemplate
  readonly selector: z.output<typeof selectorSchema>
  readonly paused: boolean
  /** `RollingUpdate`, `Recreate` or `OnDelete`. */
  readonly strategy: string
  /** How many pods may be missing during a rollout. */
  readonly maxUnavailable: number
  /** How many pods there may be beyond those wanted during a rollout. */
  readonly surge: number
  readonly counts: ReplicaCounts
  /** False while the status still describes an earlier spec. */
  readonly observed: boolean
  /** Reason of the condition Progressing, such as `NewReplicaSetAvailable`. */
  readonly progressing: string | undefined
  /** The ReplicaSet of which that condition speaks, by its name; undefined where it names none. */
  readonly progressed: string | undefined
  /** Why pods that it wants could not be made, in the API server's words. */
  readonly refusal: string | undefined
  /** Hash of the newest revision of a StatefulSet. */
  readonly updateRevision: string | undefined
  /** The one that all pods of a StatefulSet had when its last rollout was complete. */
  readonly currentRevision: string | undefined
}

/** Reads a workload's fields. Throws `bad-response` that names the field. */
export function parseWorkload(object: KubernetesObject): Workload {
  const { spec, status } = parseForm(workloadSchema, object)
  const counts = countsOf(spec.replicas, status)
  const progressing = status.conditions.find(({ type }) => type === 'Progressing')
  return {
    object,
    template: spec.template,
    selector: spec.selector,
    paused: spec.paused,
    strategy: (spec.updateStrategy ?? spec.strategy).type ?? 'RollingUpdate',
    maxUnavailable: maxUnavailableOf(spec, counts.desired),
    surge: surgeOf(spec, counts.desired),
    counts,
    observed: (status.observedGeneration ?? 0) >= (object.metadata.generation ?? 0),
    progressing: progressing?.reason,
    progressed: /^ReplicaSet "([^"]+)"/.exec(progressing?.message ?? '')?.[1],
    refusal: status.conditions.find(({ type, status: is }) => type === 'ReplicaFailure' && is === 'True')?.message,
    updateRevision: status.updateRevision,
    currentRevision: status.currentRevision,
  }
}

const anyJson = z.json()

/** A pod template as JSON, whole. Throws `bad-response` when something in it is none. */
export function templateJson(template: PodTemplate): Json {
  const parsed = anyJson.safeParse(template)
  if (parsed.success) return parsed.data
  throw new MendkitError('bad-response', 'a pod template holds something that is not JSON')
}

/** The workload's pod selector in the syntax that a list takes. Empty when it selects everything. */
export function podSelector(workload: Workload): string {
  const { matchLabels = {}, matchExpressions = [] } = workload.selector
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`)
  const others = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key
    if (operator === 'DoesNotExist') return `!${key}`
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`
  })
  return [...equal, ...others].join(',')
}

function countsOf(replicas: number, status: z.output<typeof workloadSchema>['status']): ReplicaCounts {
  if (status.desiredNumberScheduled !== undefined) {
    return {
      desired: status.desiredNumberScheduled,
      total: status.currentNumberScheduled,
      updated: status.updatedNumberScheduled,
      ready: status.numberReady,
      available: status.numberAvailable,
    }
  }
  const { replicas: total, updatedReplicas: updated, readyReplicas: ready, availableReplicas: available } = status
  return { desired: replicas, total, updated, ready, available }
}

function maxUnavailableOf(spec: z.output<typeof workloadSchema>['spec'], desired: number): number {
  if (spec.strategy.type === 'Recreate') return desired
  // Only Deployments have a `strategy`, and round a part down; the others replace one pod at a time unless told otherwise,
  // and a DaemonSet rounds up.
  const [given, round] = spec.updateStrategy
    ? [spec.updateStrategy.rollingUpdate?.maxUnavailable ?? 1, Math.ceil]
    : [spec.strategy.rollingUpdate?.maxUnavailable ?? '25%', Math.floor]
  return Math.min(partOf(given, desired, round), desired)
}

function surgeOf(spec: z.output<typeof workloadSchema>['spec'], desired: number): number {
  if (spec.updateStrategy) return partOf(spec.updateStrategy.rollingUpdate?.maxSurge ?? 0, desired, Math.ceil)
  if (spec.strategy.type === 'Recreate') return 0
  return partOf(spec.strategy.rollingUpdate?.maxSurge ?? '25%', desired, Math.ceil)
}

/** A number or a percentage, rounded as told. */
function partOf(given: number | string, whole: number, round: (value: number) => number): number {
  return typeof given === 'number' ? given : round((Number.parseInt(given, 10) / 100) * whole)
}
