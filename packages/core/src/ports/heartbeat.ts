import type { CallContext } from './context.ts'

/**
 * Tells somebody outside that the engine works: a dead-man's switch, which rings when the beats stop. The engine beats only
 * after it proved, in the same interval, that it reads and commits to its store and that all its sweeps were made.
 */
export interface Heartbeat {
  readonly spec: 1
  readonly id: string
  /** Milliseconds between two beats, from 1,000 to a day. The receiver should ring after some more, such as three times as many. */
  readonly everyMs: number
  /**
   * Resolves when the receiver has taken the beat. Whatever it throws is logged and counted, and holds up nothing: the next
   * beat is sent when it is due. A beat that is not over within `everyMs` is aborted.
   */
  beat(ctx: CallContext): Promise<void>
}
