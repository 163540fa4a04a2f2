import { MendkitError } from '../../errors.ts'
import type { Permission } from '../../model/permission.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Integration } from '../../ports/integration.ts'
import { understandPermission } from '../answers/permission.ts'
import { exceedsSuggest } from '../autonomy.ts'
import { withTimeout } from '../call.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'

/** How long the start waits for one answer: alerts wait for it too. */
const answerMs = 10_000

/**
 * Asks whether the credentials may read and, with autonomy above suggest, act. Credentials that are refused stop the start
 * with `config`. Where they cannot be checked now the engine starts all the same: alerts must not be lost because a
 * cluster is away, readings that fail are shown as such, and every preview is a dry run under these credentials anyway.
 */
export async function assertCredentials(parts: Parts, ctx: CallContext): Promise<void> {
  const reading = parts.integrations.map(async (integration, index) => {
    const name = nameOf(integration, index)
    const answer = await ask(parts, `the credentials to read of ${name}`, ctx, integration.canRead?.bind(integration))
    if (answer === undefined || answer.permitted) return
    const text = `${name} may not read: ${answer.because}; give it credentials that may, or take it out of \`integrations\``
    throw new MendkitError('config', text, { path: `integrations.${index}` })
  })
  const acting = (
    exceedsSuggest({ autonomy: parts.autonomy, earnUpTo: parts.settings.autonomy.earnUpTo }) ? parts.remediators : []
  ).map(async (remediator) => {
    const what = `the credentials to act of ${remediator.id}`
    const answer = await ask(parts, what, ctx, remediator.canAct?.bind(remediator))
    if (answer === undefined || answer.permitted) return
    const text = `autonomy is above suggest, or may be earned, but ${remediator.id} has no credentials to act: ${answer.because}`
    throw new MendkitError('config', text, { path: 'autonomy' })
  })
  await Promise.all([...reading, ...acting])
}

async function ask(
  parts: Parts,
  what: string,
  ctx: CallContext,
  question: ((ctx: CallContext) => Promise<Permission>) | undefined,
): Promise<Permission | undefined> {
  if (question === undefined) return undefined
  try {
    return understandPermission(what, await withTimeout(parts, { what, ms: answerMs }, ctx, question))
  } catch (error) {
    ctx.signal.throwIfAborted()
    if (MendkitError.is(error, 'rejected') || MendkitError.is(error, 'forbidden')) {
      return { permitted: false, because: error.message }
    }
    parts.log.warn(describeFailure(`${what} cannot be checked now`, error))
    return undefined
  }
}

/** Integrations have no id of their own: the first thing that one brings names it. */
function nameOf(integration: Integration, index: number): string {
  const { detectors = [], evidence = [], topology = [], remediators = [] } = integration
  const [first] = [...evidence, ...detectors, ...remediators, ...topology]
  return first === undefined ? `integrations.${index}` : `integration ${first.id}`
}
