import type { Condition, ContainerStatus, SimulatedPod } from './schemas.ts'

/** One condition of a pod. */
export function conditionOf(pod: SimulatedPod, type: string): Condition | undefined {
  return pod.status.conditions?.find((condition) => condition.type === type)
}

/** A pod with a changed container, its phase and its conditions made to fit. */
export function withContainer(pod: SimulatedPod, status: ContainerStatus, now: string): SimulatedPod {
  const others = pod.status.containerStatuses ?? []
  const containerStatuses = pod.spec.containers.map(({ name, image }) =>
    name === status.name ? status : (others.find((other) => other.name === name) ?? waiting(name, image)),
  )
  const started = containerStatuses.every(({ state, restartCount }) => !state.waiting || restartCount > 0)
  const ready = containerStatuses.every((container) => container.ready)
  const phase = pod.status.phase === 'Running' || started ? 'Running' : 'Pending'
  return {
    ...pod,
    status: { ...pod.status, phase, containerStatuses, conditions: conditions(pod, ready, containerStatuses, now) },
  }
}

/** A container before anything has happened to it. */
export function waiting(name: string, image: string): ContainerStatus {
  return {
    name,
    image,
    imageID: '',
    ready: false,
    started: false,
    restartCount: 0,
    state: { waiting: { reason: 'ContainerCreating' } },
    lastState: {},
  }
}

/** The status that a container had, or a fresh one. */
export function containerOf(pod: SimulatedPod, name: string): ContainerStatus {
  const image = pod.spec.containers.find((container) => container.name === name)?.image ?? ''
  return pod.status.containerStatuses?.find((status) => status.name === name) ?? waiting(name, image)
}

function conditions(
  pod: SimulatedPod,
  ready: boolean,
  containers: readonly ContainerStatus[],
  now: string,
): Condition[] {
  const unready = containers.filter((container) => !container.ready).map(({ name }) => name)
  const why = ready
    ? {}
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` }
  const make = (type: string, status: boolean, extra: object = {}): Condition => {
    const text = status ? 'True' : 'False'
    const known = conditionOf(pod, type)
    const lastTransitionTime = known?.status === text ? known.lastTransitionTime : now
    return { type, status: text, ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }), ...extra }
  }
  return [
    make('PodReadyToStartContainers', true),
    make('Initialized', true),
    make('Ready', ready, why),
    make('ContainersReady', ready, why),
    make('PodScheduled', true),
  ]
}
