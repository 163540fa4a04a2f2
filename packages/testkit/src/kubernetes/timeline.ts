/** Where a simulated cluster takes its time from. Milliseconds since 1970. */
export interface TimeSource {
  /** Milliseconds since 1970. */
  now(): number
}

/** The time of a simulated cluster: nothing happens between two calls of `advanceTo`. */
export interface Timeline {
  /** The moment that is being simulated, milliseconds since 1970. */
  now(): number
  /** The same as RFC 3339 in whole seconds, as Kubernetes writes it. */
  stamp(): string
  /** Runs `task` after `ms` milliseconds. A background task alone does not make the cluster unsettled. */
  after(ms: number, task: () => void, background?: boolean): void
  /** Runs everything that is due until then, in order of its time, then of its asking. */
  advanceTo(time: number): void
  /** Runs until no foreground task is left. Answers false when some still are after `limitMs`. */
  settle(limitMs: number): boolean
}

interface Task {
  readonly due: number
  readonly order: number
  readonly background: boolean
  readonly run: () => void
}

/** Starts a timeline at `start`, milliseconds since 1970. */
export function timeline(start: number): Timeline {
  let now = start
  let order = 0
  let stamped = Number.NaN
  let text = ''
  const tasks: Task[] = []

  function runNext(until: number): boolean {
    const next = tasks[0]
    if (next === undefined || next.due > until) return false
    tasks.shift()
    now = Math.max(now, next.due)
    next.run()
    return true
  }

  return {
    now: () => now,
    stamp() {
      if (stamped !== now) text = stampOf(now)
      stamped = now
      return text
    },
    after(ms, run, background = false) {
      order += 1
      const task = { due: now + ms, order, background, run }
      let place = tasks.length
      while (place > 0 && (tasks[place - 1]?.due ?? 0) > task.due) place -= 1
      tasks.splice(place, 0, task)
    },
    advanceTo(time) {
      while (runNext(time));
      now = Math.max(now, time)
    },
    settle(limitMs) {
      const end = now + limitMs
      while (tasks.some((task) => !task.background)) {
        if (!runNext(end)) return false
      }
      return true
    },
  }
}

/** RFC 3339 in whole seconds. */
export function stampOf(time: number): string {
  return `${new Date(Math.floor(time / 1000) * 1000).toISOString().slice(0, 19)}Z`
}
