import type { CallContext } from '../../ports/context.ts'
import type { KeyCertifier } from '../../ports/key-certifier.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import type { Vitals } from '../work/vitals.ts'
import { createWaker } from '../work/waker.ts'
import { certifyPasses } from './certify-pass.ts'

/**
 * Has the keys of all logs certified, until `stopping` aborts: at the start and after every rotation, which it finds out at its next
 * look. A loop of its own: whatever the certifier does holds up nothing else.
 */
export async function certifyLoop(
  parts: Parts,
  vitals: Pick<Vitals, 'certified'>,
  certifier: KeyCertifier,
  stopping: AbortSignal,
  given: CallContext,
): Promise<void> {
  // A look under way is not worth waiting for: the next start goes on where it ends.
  const ctx = { ...given, signal: AbortSignal.any([stopping, given.signal]) }
  const pass = certifyPasses(parts, certifier)
  while (!ctx.signal.aborted) {
    try {
      const certified = await pass(ctx)
      vitals.certified(certified)
      parts.metrics.gauge('mendkit_log_keys_uncertified', certified.uncertified, { certifier: certifier.id })
    } catch (error) {
      if (ctx.signal.aborted) return
      parts.log.warn(
        describeFailure('the keys of audit logs could not be looked at for certificates; trying again', error),
      )
    }
    await createWaker(parts.clock).wait(parts.settings.audit.anchorEveryMs, ctx.signal)
  }
}
