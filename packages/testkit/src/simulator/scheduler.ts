import type { Chance } from './chance.ts'
import type { Trace } from './trace.ts'

/** Something that waits to be let happen. */
export interface Operation {
  /** Whose it is: a worker, or something that no kill stops, such as the network. */
  readonly owner: string
  readonly label: string
  /** Not before this moment, true milliseconds since 1970. */
  readonly readyAt: number
  /** Lets it happen. Everything that follows from it by itself happens before the next one is let. */
  release(): void
  /** How it may still happen although nobody waits for it any more, as a request does that is on the wire. */
  readonly orphan?: Orphan | undefined
}

/** What is left of an operation whose owner has died or given up. */
export interface Orphan {
  /** Lets it happen; nobody is told. */
  readonly run: () => void
  /** Whether it happens for certain; otherwise half of them are lost. */
  readonly certain: boolean
}

/** Lets one pending operation happen at a time, by a seeded choice, on a clock that moves only when nothing else can. */
export interface Scheduler {
  /** True time, milliseconds since 1970. */
  now(): number
  /** Adds a pending operation. Answers a function that takes it back, which does nothing once it was released. */
  add(operation: Operation): () => void
  /** Releases one operation, or goes on in time to the next one; false when nothing is pending at all. */
  step(): Promise<boolean>
  /** Whether an owner waits for anything. */
  isWaiting(owner: string): boolean
  /** Rises with every release, and with every step in time. */
  turn(): number
  /** How many operations were released. */
  steps(): number
  /** Takes back everything that an owner waits for, and answers it. */
  drop(owner: string): readonly Operation[]
  /** Nothing of this owner happens before then. */
  hold(owner: string, until: number): void
  /** Called with each operation right after it was released and all that follows from it has happened. */
  onReleased(listener: (operation: Operation) => void): void
}

/** A scheduler that starts at `startAt`. Every choice is drawn from `chance`, every release noted in `trace`. */
export function createScheduler(startAt: number, chance: Chance, trace: Trace): Scheduler {
  let now = startAt
  let steps = 0
  let turns = 0
  let pending: Operation[] = []
  const held = new Map<string, number>()
  const listeners: ((operation: Operation) => void)[] = []

  const readyAt = (operation: Operation) => Math.max(operation.readyAt, held.get(operation.owner) ?? 0)

  function choose(): Operation | undefined {
    let eligible = 0
    for (const operation of pending) if (readyAt(operation) <= now) eligible += 1
    if (eligible === 0) return undefined
    let before = chance.below(eligible)
    return pending.find((operation) => {
      if (readyAt(operation) > now) return false
      before -= 1
      return before < 0
    })
  }

  return {
    now: () => now,
    isWaiting: (owner) => pending.some((operation) => operation.owner === owner),
    turn: () => turns,
    steps: () => steps,
    add(operation) {
      pending.push(operation)
      return () => {
        const index = pending.indexOf(operation)
        if (index >= 0) pending.splice(index, 1)
      }
    },
    async step() {
      if (pending.length === 0) return false
      turns += 1
      const chosen = choose()
      if (chosen === undefined) {
        now = pending.reduce((least, operation) => Math.min(least, readyAt(operation)), Infinity)
        return true
      }
      pending.splice(pending.indexOf(chosen), 1)
      steps += 1
      trace.note(`${now} ${chosen.owner} ${chosen.label}`)
      chosen.release()
      await quiescence()
      for (const listener of listeners) listener(chosen)
      return true
    },
    drop(owner) {
      const dropped = pending.filter((operation) => operation.owner === owner)
      pending = pending.filter((operation) => operation.owner !== owner)
      return dropped
    },
    hold: (owner, until) => void held.set(owner, until),
    onReleased: (listener) => void listeners.push(listener),
  }
}

/**
 * Resolves once every promise that can settle by itself has settled. Node runs what `nextTick` was given only when its
 * queue of microtasks is empty, without a turn of the event loop. Must be called from a microtask, and nothing that is
 * simulated may wait for real input, output or timers.
 */
export async function quiescence(): Promise<void> {
  await Promise.resolve()
  await new Promise<void>((resolve) => process.nextTick(resolve))
}
