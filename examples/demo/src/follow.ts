import type { EventType, Mendkit, MendkitEvent } from '@mendkit/core'
import { whenAborted } from './wait.ts'

type EventOf<Type extends EventType> = Extract<MendkitEvent, { type: Type }>

/** What was written to the log so far, and what comes. */
export interface Feed {
  /** The events of a type so far, in order. */
  all<Type extends EventType>(type: Type): readonly EventOf<Type>[]
  /**
   * The first answer of `look` that is not undefined; it is asked again after every event. Throws, naming `what`, when
   * there is none within a minute.
   */
  until<Result>(what: string, look: () => Result | undefined): Promise<Result>
  /** Settles when the feed has ended. */
  readonly ended: Promise<void>
}

const patienceMs = 60_000

/** Follows the log from its first entry until the signal aborts. */
export function follow(mendkit: Mendkit, signal: AbortSignal): Feed {
  const seen: MendkitEvent[] = []
  let news = Promise.withResolvers<void>()
  const ended = read()

  async function read(): Promise<void> {
    for await (const event of mendkit.watch({ after: -1, signal })) {
      seen.push(event)
      news.resolve()
      news = Promise.withResolvers()
    }
  }

  return {
    all: <Type extends EventType>(type: Type) => seen.filter((event): event is EventOf<Type> => event.type === type),
    async until(what, look) {
      const limit = AbortSignal.timeout(patienceMs)
      const stopped = whenAborted(AbortSignal.any([signal, limit]))
      for (;;) {
        const found = look()
        if (found !== undefined) return found
        if (signal.aborted) throw signal.reason
        if (limit.aborted) throw new Error(`${what}: this did not happen within ${patienceMs / 1000} s`)
        await Promise.race([news.promise, stopped])
      }
    },
    ended,
  }
}
