import { inTime } from '../../wrap/in-time.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'

/** How long the end of a process waits for one integration. */
const closeMs = 10_000

/** Lets every integration end what it holds. One that fails is logged, and keeps no other from its end. */
export async function closeIntegrations({ integrations, clock, log }: Parts): Promise<void> {
  // The engine's own signal has aborted by now, and this is work that comes after it.
  const { signal } = new AbortController()
  const closing = integrations.map(async (integration, index) => {
    const what = `integrations.${index}.close`
    try {
      await inTime(clock, { what, ms: closeMs }, signal, async () => integration.close?.())
    } catch (error) {
      log.warn(describeFailure(`${what} failed`, error))
    }
  })
  await Promise.all(closing)
}
