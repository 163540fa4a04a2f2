import { z } from 'zod'

const text = z.record(z.string(), z.string())
const amount = z.union([z.number().int().min(0), z.string().regex(/^\d+%$/)])

const metadata = z.looseObject({
  name: z.string().min(1),
  namespace: z.string().optional(),
  labels: text.optional(),
  annotations: text.optional(),
  ownerReferences: z
    .array(
      z.looseObject({
        apiVersion: z.string(),
        kind: z.string(),
        name: z.string(),
        uid: z.string(),
        controller: z.boolean().optional(),
      }),
    )
    .optional(),
})

const container = z.looseObject({ name: z.string().min(1), image: z.string().min(1) })

const podSpec = z.looseObject({
  containers: z.array(container).min(1),
  nodeName: z.string().optional(),
  restartPolicy: z.string().default('Always'),
  terminationGracePeriodSeconds: z.number().int().default(30),
})

const template = z.looseObject({
  metadata: z.looseObject({ labels: text.default({}), annotations: text.optional() }),
  spec: podSpec,
})

const selector = z.looseObject({
  matchLabels: text.optional(),
  matchExpressions: z
    .array(z.looseObject({ key: z.string(), operator: z.string(), values: z.array(z.string()).optional() }))
    .optional(),
})

const condition = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  lastUpdateTime: z.string().optional(),
  lastTransitionTime: z.string().optional(),
})

const revisionHistoryLimit = z.number().int().min(0).default(10)

const deployment = z.looseObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('Deployment'),
  metadata,
  spec: z.looseObject({
    replicas: z.number().int().min(0).default(1),
    paused: z.boolean().optional(),
    minReadySeconds: z.number().int().default(0),
    revisionHistoryLimit,
    progressDeadlineSeconds: z.number().int().default(600),
    strategy: z
      .looseObject({
        type: z.enum(['RollingUpdate', 'Recreate']).default('RollingUpdate'),
        rollingUpdate: z.looseObject({ maxUnavailable: amount.optional(), maxSurge: amount.optional() }).optional(),
      })
      .default({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } }),
    selector,
    template,
  }),
  status: z
    .looseObject({
      observedGeneration: z.number().optional(),
      replicas: z.number().optional(),
      updatedReplicas: z.number().optional(),
      readyReplicas: z.number().optional(),
      availableReplicas: z.number().optional(),
      unavailableReplicas: z.number().optional(),
      conditions: z.array(condition).optional(),
    })
    .default({}),
})

const replicaSet = z.looseObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('ReplicaSet'),
  metadata,
  spec: z.looseObject({ replicas: z.number().int().min(0).default(1), selector, template }),
  status: z
    .looseObject({
      replicas: z.number().default(0),
      readyReplicas: z.number().optional(),
      availableReplicas: z.number().optional(),
      observedGeneration: z.number().optional(),
    })
    .default({ replicas: 0 }),
})

const updateStrategy = z
  .looseObject({
    type: z.enum(['RollingUpdate', 'OnDelete']).default('RollingUpdate'),
    rollingUpdate: z.looseObject({ maxUnavailable: amount.optional() }).optional(),
  })
  .default({ type: 'RollingUpdate' })

const statefulSet = z.looseObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('StatefulSet'),
  metadata,
  spec: z.looseObject({
    replicas: z.number().int().min(0).default(1),
    revisionHistoryLimit,
    selector,
    template,
    updateStrategy,
  }),
  status: z.looseObject({ replicas: z.number().default(0) }).default({ replicas: 0 }),
})

const daemonSet = z.looseObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('DaemonSet'),
  metadata,
  spec: z.looseObject({ revisionHistoryLimit, selector, template, updateStrategy }),
  status: z.looseObject({}).default({}),
})

const containerState = z.looseObject({
  waiting: z.looseObject({ reason: z.string(), message: z.string().optional() }).optional(),
  running: z.looseObject({ startedAt: z.string() }).optional(),
  terminated: z
    .looseObject({
      exitCode: z.number(),
      reason: z.string(),
      startedAt: z.string(),
      finishedAt: z.string(),
      containerID: z.string(),
    })
    .optional(),
})

const containerStatus = z.looseObject({
  name: z.string(),
  image: z.string(),
  imageID: z.string(),
  ready: z.boolean(),
  started: z.boolean().optional(),
  restartCount: z.number(),
  state: containerState,
  lastState: containerState,
})

const pod = z.looseObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Pod'),
  metadata,
  spec: podSpec,
  status: z
    .looseObject({
      phase: z.string().default('Pending'),
      conditions: z.array(condition).optional(),
      containerStatuses: z.array(containerStatus).optional(),
    })
    .default({ phase: 'Pending' }),
})

const budget = z.looseObject({
  apiVersion: z.literal('policy/v1'),
  kind: z.literal('PodDisruptionBudget'),
  metadata,
  spec: z.looseObject({
    minAvailable: amount.optional(),
    maxUnavailable: amount.optional(),
    unhealthyPodEvictionPolicy: z.string().optional(),
    selector,
  }),
})

const autoscaler = z.looseObject({
  apiVersion: z.literal('autoscaling/v2'),
  kind: z.literal('HorizontalPodAutoscaler'),
  metadata,
  spec: z
    .looseObject({
      minReplicas: z.number().int().min(1).default(1),
      maxReplicas: z.number().int().min(1),
      scaleTargetRef: z.looseObject({ apiVersion: z.string().optional(), kind: z.string(), name: z.string() }),
    })
    .refine(({ minReplicas, maxReplicas }) => maxReplicas >= minReplicas, {
      path: ['maxReplicas'],
      error: 'must be greater than or equal to `minReplicas`',
    }),
})

const other = z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata })

const schemas = {
  Deployment: deployment,
  ReplicaSet: replicaSet,
  StatefulSet: statefulSet,
  DaemonSet: daemonSet,
  Pod: pod,
  PodDisruptionBudget: budget,
  HorizontalPodAutoscaler: autoscaler,
}

/** What the API server fills in for every stored object. */
interface StoredMetadata {
  readonly uid: string
  readonly resourceVersion: string
  readonly generation?: number | undefined
  readonly creationTimestamp: string
  readonly deletionTimestamp?: string | undefined
}

type Stored<Schema extends z.ZodType<{ metadata: object }>> = z.output<Schema> & { readonly metadata: StoredMetadata }

/** A Deployment with the API server's defaults filled in. */
export type SimulatedDeployment = Stored<typeof deployment>
/** A ReplicaSet with the API server's defaults filled in. */
export type SimulatedReplicaSet = Stored<typeof replicaSet>
/** A StatefulSet with the API server's defaults filled in. */
export type SimulatedStatefulSet = Stored<typeof statefulSet>
/** A DaemonSet with the API server's defaults filled in. */
export type SimulatedDaemonSet = Stored<typeof daemonSet>
/** A Pod with the API server's defaults filled in. */
export type SimulatedPod = Stored<typeof pod>
/** A PodDisruptionBudget. */
export type SimulatedBudget = Stored<typeof budget>
/** A HorizontalPodAutoscaler. */
export type SimulatedAutoscaler = Stored<typeof autoscaler>
/** Any stored object. */
export type StoredObject = Stored<typeof other>
/** State of one container of a pod. */
export type ContainerStatus = z.output<typeof containerStatus>
/** One condition of a status. */
export type Condition = z.output<typeof condition>
/** Template of a pod. */
export type PodTemplate = z.output<typeof template>

/** Objects by kind, for reading them with their own type. */
export interface KindTypes {
  Deployment: SimulatedDeployment
  ReplicaSet: SimulatedReplicaSet
  StatefulSet: SimulatedStatefulSet
  DaemonSet: SimulatedDaemonSet
  Pod: SimulatedPod
  PodDisruptionBudget: SimulatedBudget
  HorizontalPodAutoscaler: SimulatedAutoscaler
}

/** Whether an object is of one of these kinds. Then it has their form: nothing is stored that did not pass the schema of its kind. */
export function isKind<Kind extends keyof KindTypes>(
  object: StoredObject,
  ...kinds: readonly Kind[]
): object is StoredObject & KindTypes[Kind] {
  return kinds.some((kind) => kind === object.kind)
}

/** The schema that an object of this kind must fit, with defaults. */
export function schemaFor(kind: string): z.ZodType<z.output<typeof other>> {
  return Object.hasOwn(schemas, kind) ? schemas[kind as keyof typeof schemas] : other
}
