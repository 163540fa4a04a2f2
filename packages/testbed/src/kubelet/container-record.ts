import { createHash, randomBytes } from 'node:crypto'

/** How one run of a container ended. */
export interface TerminatedRun {
  readonly exitCode: number
  readonly reason: 'Error' | 'OOMKilled' | 'Completed'
  readonly startedAt: string
  readonly finishedAt: string
  readonly containerID: string
}

/** What a container is doing now. */
export type ContainerState =
  | { readonly kind: 'waiting'; readonly reason: string; readonly message?: string }
  | { readonly kind: 'running'; readonly startedAt: string }
  | ({ readonly kind: 'terminated' } & TerminatedRun)

/** All that a kubelet knows of one container. */
export interface ContainerRecord {
  readonly name: string
  readonly image: string
  readonly state: ContainerState
  readonly last?: TerminatedRun
  readonly ready: boolean
  readonly restartCount: number
  /** Of the present or the last run; absent until the first. */
  readonly containerID?: string
}

/** A container that has not been started yet. */
export function newContainer(name: string, image: string): ContainerRecord {
  return { name, image, state: { kind: 'waiting', reason: 'ContainerCreating' }, ready: false, restartCount: 0 }
}

/** A new container id. */
export function newContainerId(): string {
  return `containerd://${randomBytes(32).toString('hex')}`
}

/** The `containerStatuses` entry of a container, as a kubelet writes it. */
export function containerStatus(record: ContainerRecord): object {
  const started = record.state.kind === 'running'
  return {
    name: record.name,
    image: record.image,
    imageID: record.containerID ? imageId(record.image) : '',
    ...(record.containerID ? { containerID: record.containerID } : {}),
    ready: record.ready,
    started,
    restartCount: record.restartCount,
    state: wireState(record.state),
    lastState: record.last ? { terminated: record.last } : {},
  }
}

function wireState(state: ContainerState): object {
  const { kind, ...facts } = state
  return { [kind]: facts }
}

function imageId(image: string): string {
  const repository = image.replace(/:[^:/]+$/, '')
  return `${repository}@sha256:${createHash('sha256').update(image).digest('hex')}`
}
