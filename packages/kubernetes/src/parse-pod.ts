import { z } from 'zod'
import type { KubernetesObject } from './kubernetes-client.ts'
import { parseForm } from './parse-form.ts'

const stateSchema = z.looseObject({
  waiting: z.looseObject({ reason: z.string().optional(), message: z.string().optional() }).nullish(),
  running: z.looseObject({ startedAt: z.string().nullish() }).nullish(),
  terminated: z.looseObject({ exitCode: z.number(), reason: z.string().optional() }).nullish(),
})

const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string().default(''),
  ready: z.boolean().default(false),
  restartCount: z.number().default(0),
  state: stateSchema.default({}),
  lastState: stateSchema.default({}),
})

const podSchema = z.looseObject({
  status: z
    .looseObject({
      phase: z.string().default('Unknown'),
      conditions: z
        .array(
          z.looseObject({
            type: z.string(),
            status: z.string(),
            reason: z.string().nullish(),
            message: z.string().nullish(),
          }),
        )
        .default([]),
      containerStatuses: z.array(containerSchema).default([]),
      initContainerStatuses: z.array(containerSchema).default([]),
    })
    .prefault({}),
})

/** One container of a pod. */
export interface ContainerState {
  readonly name: string
  readonly image: string
  readonly ready: boolean
  readonly restarts: number
  /** Why it waits, such as `CrashLoopBackOff`. */
  readonly waiting: string | undefined
  /** What the kubelet says about it, in words. */
  readonly waitingBecause: string | undefined
  /** Whether it must end before the others start. */
  readonly init: boolean
  readonly running: boolean
  /** How its last run ended, now or before. */
  readonly ended: { readonly exitCode: number; readonly reason: string } | undefined
}

/**
 * What a pod looks like from outside. `crash-looping`: a container ends with an error again and again.
 * `image-pull-failing`: an image cannot be had. `unready`: everything runs, but it is not ready (yet).
 */
export type PodState =
  | 'ready'
  | 'crash-looping'
  | 'image-pull-failing'
  | 'unready'
  | 'pending'
  | 'terminating'
  | 'ended'

/** A pod, with the fields that are read here. */
export interface Pod {
  readonly object: KubernetesObject
  readonly state: PodState
  readonly containers: readonly ContainerState[]
  /** What the scheduler says, in words, when it finds no node; undefined when it has one or has not looked. */
  readonly unschedulable: string | undefined
  /** The object that controls it. */
  readonly controller: { readonly kind: string; readonly name: string; readonly uid: string } | undefined
}

const placeSchema = z.looseObject({ spec: z.looseObject({ nodeName: z.string().nullish() }).prefault({}) })

const PULL_PROBLEMS = [
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
]

/** Reads a pod's fields. Throws `bad-response` that names the field. */
export function parsePod(object: KubernetesObject): Pod {
  const { phase, conditions, containerStatuses, initContainerStatuses } = parseForm(podSchema, object).status
  const containers = [
    ...initContainerStatuses.map((each) => containerState(each, true)),
    ...containerStatuses.map((each) => containerState(each, false)),
  ]
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled')
  const ready = conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
  return {
    object,
    containers,
    unschedulable: scheduled?.reason === 'Unschedulable' ? (scheduled.message ?? '') : undefined,
    state: stateOf(object, phase, ready, containers),
    controller: object.metadata.ownerReferences?.find((owner) => owner.controller === true),
  }
}

/** The node that a pod was given; undefined while none has taken it. Throws `bad-response` when it is no text. */
export function nodeNameOf({ object }: Pod): string | undefined {
  const name = parseForm(placeSchema, object).spec.nodeName
  return name == null || name === '' ? undefined : name
}

function containerState(container: z.output<typeof containerSchema>, init: boolean): ContainerState {
  const { name, image, ready, restartCount, state, lastState } = container
  const ended = state.terminated ?? lastState.terminated
  return {
    name,
    image,
    ready,
    restarts: restartCount,
    waiting: state.waiting?.reason,
    waitingBecause: state.waiting?.message,
    init,
    running: state.running != null,
    ended: ended == null ? undefined : { exitCode: ended.exitCode, reason: ended.reason ?? 'Unknown' },
  }
}

function stateOf(
  object: KubernetesObject,
  phase: string,
  ready: boolean,
  containers: readonly ContainerState[],
): PodState {
  if (object.metadata.deletionTimestamp !== undefined) return 'terminating'
  if (phase === 'Succeeded' || phase === 'Failed') return 'ended'
  if (containers.some(isCrashLooping)) return 'crash-looping'
  if (containers.some(({ waiting }) => waiting !== undefined && PULL_PROBLEMS.includes(waiting)))
    return 'image-pull-failing'
  if (ready) return 'ready'
  return phase === 'Running' ? 'unready' : 'pending'
}

/** A crash loop is a crash loop also in the moments in which the container runs: it is told by how the last run ended. */
function isCrashLooping({ ready, restarts, waiting, ended }: ContainerState): boolean {
  if (waiting === 'CrashLoopBackOff') return true
  return !ready && restarts >= 2 && ended !== undefined && ended.exitCode !== 0
}
