import { setTimeout as delay } from 'node:timers/promises'
import { atRest } from './judge.ts'
import type { Traffic } from './traffic.ts'

/** Waits until nothing is left to do, or the time is over. */
export async function comesToRest(traffic: Traffic, withinMs: number): Promise<void> {
  for (const deadline = performance.now() + withinMs; performance.now() < deadline; ) {
    const status = traffic.open().length === 0 ? await traffic.status() : undefined
    if (status?.unfinished === 0 && status.incidents.every(({ phase }) => atRest.has(phase))) return
    await delay(100)
  }
}
