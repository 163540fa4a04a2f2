import { setTimeout as delay } from 'node:timers/promises'
import { type ContainerLog, type LogLine, startLines } from './container-log.ts'
import { type ContainerRecord, newContainer, newContainerId, type TerminatedRun } from './container-record.ts'
import type { PodEvent } from './event-recorder.ts'
import type { Fault } from './fault.ts'
import type { Timings } from './timings.ts'

/** What a container's life needs from its pod. */
export interface ContainerSurroundings {
  readonly name: string
  readonly image: string
  readonly fault: Fault
  /** `<pod>_<namespace>(<uid>)`, as a kubelet's messages name a pod. */
  readonly podTitle: string
  readonly timings: Timings
  readonly isUnpullable: (image: string) => boolean
  readonly tell: (event: PodEvent) => void
  /** The record has changed. */
  readonly changed: () => void
  readonly signal: AbortSignal
}

/** A container being run. */
export interface ContainerLife {
  readonly record: () => ContainerRecord
  readonly log: () => ContainerLog
  /** Goes on until the signal aborts, and then rejects with the abort's reason. */
  readonly run: () => Promise<never>
}

/** Prepares a container that pulls its image, starts, and does what its fault says. */
export function containerLife(given: ContainerSurroundings): ContainerLife {
  const { name, image, fault, timings, signal } = given
  let record = newContainer(name, image)
  let log: ContainerLog = { current: undefined, previous: undefined }

  const pause = (milliseconds: number) => delay(milliseconds, undefined, { signal })
  const now = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  const event = (type: PodEvent['type'], reason: string, message: string) =>
    given.tell({ type, reason, message, container: name })
  function become(change: Partial<ContainerRecord>): void {
    record = { ...record, ...change }
    given.changed()
  }

  async function pull(): Promise<void> {
    const problem = `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`
    while (fault === 'unpullable' || given.isUnpullable(image)) {
      event('Normal', 'Pulling', `Pulling image "${image}"`)
      event('Warning', 'Failed', `Failed to pull image "${image}": ${problem}`)
      event('Warning', 'Failed', 'Error: ErrImagePull')
      become({ state: { kind: 'waiting', reason: 'ErrImagePull', message: problem } })
      await pause(timings.crashMs)
      event('Normal', 'BackOff', `Back-off pulling image "${image}"`)
      event('Warning', 'Failed', 'Error: ImagePullBackOff')
      const message = `Back-off pulling image "${image}": ErrImagePull: ${problem}`
      become({ state: { kind: 'waiting', reason: 'ImagePullBackOff', message } })
      await pause(timings.backOffMs)
    }
    event('Normal', 'Pulling', `Pulling image "${image}"`)
    event('Normal', 'Pulled', `Successfully pulled image "${image}" in 412ms (412ms including waiting).`)
  }

  function start(restartCount: number, last?: TerminatedRun): void {
    const at = new Date()
    const lines: LogLine[] = startLines(image, fault).map((text) => ({ at, text }))
    log = { current: lines, previous: log.current }
    event('Normal', 'Created', `Created container: ${name}`)
    event('Normal', 'Started', `Started container ${name}`)
    const state = { kind: 'running', startedAt: now() } as const
    become({ state, restartCount, ready: false, containerID: newContainerId(), ...(last ? { last } : {}) })
  }

  async function crash(exitCode: number, reason: TerminatedRun['reason']): Promise<void> {
    for (let restarts = 0; ; restarts += 1) {
      await pause(timings.crashMs)
      const startedAt = record.state.kind === 'running' ? record.state.startedAt : now()
      const run = { exitCode, reason, startedAt, finishedAt: now(), containerID: record.containerID ?? '' }
      become({ state: { kind: 'terminated', ...run }, ready: false })
      // The first restart comes at once; from then on a kubelet waits, twice as long each time.
      await pause(timings.crashMs)
      if (restarts > 0) {
        event('Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${given.podTitle}`)
        const message = `back-off ${backOffTitle(restarts)} restarting failed container=${name} pod=${given.podTitle}`
        become({ state: { kind: 'waiting', reason: 'CrashLoopBackOff', message }, last: run })
        await pause(Math.min(timings.backOffMs * 2 ** (restarts - 1), timings.longestBackOffMs))
      }
      event('Normal', 'Pulled', `Container image "${image}" already present on machine`)
      start(restarts + 1, run)
    }
  }

  async function stayUnready(): Promise<never> {
    if (record.ready) become({ ready: false })
    for (;;) {
      event('Warning', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503')
      await pause(timings.backOffMs)
    }
  }

  async function run(): Promise<never> {
    await pull()
    start(0)
    if (fault === 'crash') await crash(1, 'Error')
    if (fault === 'out-of-memory') await crash(137, 'OOMKilled')
    if (fault === 'unready') return stayUnready()
    await pause(timings.readyMs)
    become({ ready: true })
    if (fault === 'wedged') {
      await pause(timings.wedgeMs)
      return stayUnready()
    }
    for (;;) await pause(3_600_000)
  }

  return { record: () => record, log: () => log, run }
}

function backOffTitle(restarts: number): string {
  return ['10s', '20s', '40s', '1m20s', '2m40s'][restarts - 1] ?? '5m0s'
}
