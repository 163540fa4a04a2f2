import { setTimeout as sleep } from 'node:timers/promises'
import type { VirtualClock } from '@mendkit/testkit'
import type { Gate } from './gate.ts'

/** How far simulated time goes at once while nothing outside is waited for. */
const STEP_MS = 1_000
/** How often it is looked whether a call outside has come back. */
const LOOK_MS = 5

/**
 * Lets simulated time pass until `isOver` says so or `limitMs` are over, and answers whether it was over. While a call outside is
 * under way, simulated time goes as fast as real time, so that the engine's deadlines mean what they say.
 */
export async function passTime(
  { clock, gate, signal }: { readonly clock: VirtualClock; readonly gate: Gate; readonly signal: AbortSignal },
  isOver: () => Promise<boolean>,
  limitMs: number,
): Promise<boolean> {
  const until = clock.now() + limitMs
  while (clock.now() < until) {
    signal.throwIfAborted()
    if (gate.open() > 0) {
      const before = performance.now()
      await sleep(LOOK_MS)
      // The engine's times are whole milliseconds.
      await clock.advance(Math.ceil(performance.now() - before))
    } else {
      await clock.advance(STEP_MS)
      if (gate.open() === 0 && (await isOver())) return true
    }
  }
  return false
}
