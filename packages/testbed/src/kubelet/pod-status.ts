import { type ContainerRecord, containerStatus, newContainerId } from './container-record.ts'
import type { Pod } from './pod.ts'

/** One condition of a pod. */
export interface PodCondition {
  readonly type: string
  readonly status: 'True' | 'False'
  /** `null` takes an earlier reason away. */
  readonly reason?: string | null
  readonly message?: string | null
  readonly lastProbeTime: null
  readonly lastTransitionTime: string
}

/** What does not change while a pod lives. */
export interface PodFacts {
  readonly pod: Pod
  readonly podIp: string
  readonly startTime: string
}

/** The conditions that follow from the containers; each keeps its time while its status stays. */
export function podConditions(
  records: readonly ContainerRecord[],
  previous: readonly PodCondition[],
  now: string,
): readonly PodCondition[] {
  const unready = records.filter((record) => !record.ready).map((record) => record.name)
  const why = {
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${unready.join(' ')}]`,
  }
  const sandboxed = records.some((record) => record.containerID !== undefined)
  const condition = (type: string, holds: boolean, facts: { reason?: string; message?: string } = {}): PodCondition => {
    const status = holds ? 'True' : 'False'
    const before = previous.find((each) => each.type === type)
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now
    const because = holds ? { reason: null, message: null } : facts
    return { type, status, ...because, lastProbeTime: null, lastTransitionTime }
  }
  return [
    condition('PodReadyToStartContainers', sandboxed),
    condition('Initialized', true),
    condition('Ready', unready.length === 0, why),
    condition('ContainersReady', unready.length === 0, why),
    condition('PodScheduled', true),
  ]
}

/** The whole status of a pod, as a kubelet writes it. */
export function podStatus(
  facts: PodFacts,
  records: readonly ContainerRecord[],
  conditions: readonly PodCondition[],
): object {
  // A container that waits for its first start holds the pod in Pending; one that waits to be restarted does not.
  const pending = records.some((record) => record.state.kind === 'waiting' && !record.last)
  const initContainers = facts.pod.spec.initContainers.map(({ name, image }) => {
    const containerID = newContainerId()
    const { startTime } = facts
    const run = { exitCode: 0, reason: 'Completed' as const, startedAt: startTime, finishedAt: startTime, containerID }
    return containerStatus({
      name,
      image,
      containerID,
      ready: true,
      restartCount: 0,
      state: { kind: 'terminated', ...run },
    })
  })
  return {
    phase: pending ? 'Pending' : 'Running',
    conditions,
    containerStatuses: records.map(containerStatus),
    ...(initContainers.length > 0 ? { initContainerStatuses: initContainers } : {}),
    hostIP: '127.0.0.1',
    hostIPs: [{ ip: '127.0.0.1' }],
    podIP: facts.podIp,
    podIPs: [{ ip: facts.podIp }],
    startTime: facts.startTime,
  }
}
