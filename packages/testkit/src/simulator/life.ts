import type { Operation, Orphan, Scheduler } from './scheduler.ts'

/** One process of the simulation: its calls wait in the scheduler, and it can die or stand still at any of them. */
export interface Life {
  readonly name: string
  /** False once it was killed. */
  isAlive(): boolean
  /** Dies as by `kill -9`: nothing that it waits for is ever answered. What it had pending is answered here. */
  kill(): readonly Operation[]
  /** Stands still until then, as by SIGSTOP or a long garbage collection. Time goes on for everybody else. */
  pause(until: number): void
}

/** A living process. */
export function createLife(name: string, scheduler: Scheduler): Life {
  let alive = true
  return {
    name,
    isAlive: () => alive,
    kill() {
      alive = false
      return scheduler.drop(name)
    },
    pause: (until) => scheduler.hold(name, until),
  }
}

/** One call of a process to the world outside. */
export interface Call<Result> {
  readonly label: string
  /** Carries it out, once it is released. */
  readonly run: () => Promise<Result> | Result
  readonly signal?: AbortSignal | undefined
  /** Released only after so many milliseconds of true time. */
  readonly afterMs?: number
  /** What may happen of it after its process has died. */
  readonly orphan?: Orphan
  /** Called instead of nothing when the caller gives up before the call was carried out. */
  readonly onGivenUp?: (operation: Operation) => void
}

/**
 * Puts a call into the scheduler. It is carried out when it is released; it rejects with the abort reason when its caller
 * gives up before; and it is never answered once its process is dead.
 */
export function callOf<Result>(scheduler: Scheduler, life: Life, call: Call<Result>): Promise<Result> {
  const { label, run, signal, afterMs = 0, orphan, onGivenUp } = call
  if (!life.isAlive()) return never()
  return new Promise<Result>((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const giveUp = () => {
      remove()
      onGivenUp?.(operation)
      reject(signal?.reason)
    }
    const operation: Operation = {
      owner: life.name,
      label,
      readyAt: scheduler.now() + afterMs,
      release() {
        signal?.removeEventListener('abort', giveUp)
        attempt(run).then(resolve, reject)
      },
      orphan,
    }
    const remove = scheduler.add(operation)
    signal?.addEventListener('abort', giveUp, { once: true })
  })
}

/** The answer that a dead process gets. */
function never<Result>(): Promise<Result> {
  return new Promise(() => {
    // A dead process is told nothing.
  })
}

async function attempt<Result>(run: () => Promise<Result> | Result): Promise<Result> {
  return run()
}
