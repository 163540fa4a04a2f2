import { MendkitError } from '../../errors.ts'
import { higherRisk, type Risk } from '../../model/plan.ts'
import type { Redacted } from '../../model/redacted.ts'
import { noLongerNeeded } from '../../no-longer-needed.ts'
import type { AnchorSink } from '../../ports/anchor-sink.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import { callPort, withTimeout } from '../call.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { createWaker } from '../work/waker.ts'
import { anchorLog } from './anchor-log.ts'
import { knownForks } from './fork-setting.ts'

/** Pause before a sink is asked again. */
const retryMs = 1_000

/** Whether an effect of this risk waits until its intent is anchored. */
export function waitsForAnchor({ settings }: Parts, risk: Risk): boolean {
  const { anchorBefore } = settings.audit
  return anchorBefore !== undefined && higherRisk(risk, anchorBefore) === risk
}

/**
 * Waits until enough sinks hold a checkpoint that covers an entry, for `settings.execution.callTimeoutMs` at most. Answers
 * undefined then, else why not: also when any sink, however many others agree, says that this is not the log that it knows.
 * Rejects only with the abort reason.
 */
export async function untilAnchored(
  parts: Parts,
  tenant: string,
  seq: number,
  ctx: CallContext,
): Promise<Redacted | undefined> {
  const { anchorQuorum } = parts.settings.audit
  const ms = parts.settings.execution.callTimeoutMs
  const enough = new AbortController()
  let taken = 0
  let failure: unknown
  let forked: unknown

  async function into(sink: AnchorSink, within: CallContext): Promise<void> {
    while (!within.signal.aborted) {
      try {
        const size = await anchorLog(parts, sink, tenant, within)
        if (size <= seq)
          throw new MendkitError('unavailable', message`the log is anchored up to entry ${size - 1}, not ${seq}`)
        const { apart } = await callPort(parts, `anchor sink ${sink.id}`, within, (asking) => sink.place(asking))
        if (apart === 'same-database')
          throw new MendkitError('config', message`${sink.id} is in the log's own database, so that it proves nothing`)
        taken += 1
        if (taken >= anchorQuorum) enough.abort(noLongerNeeded)
        return
      } catch (error) {
        if (within.signal.aborted) return
        failure = error
        parts.metrics.count('mendkit_anchor_failures_total', { sink: sink.id })
        parts.log.warn(describeFailure(`entry ${seq} of tenant ${tenant} is not anchored in ${sink.id} yet`, error))
        if (MendkitError.is(error, 'rejected')) {
          forked = error
          enough.abort(noLongerNeeded)
          return
        }
      }
      await createWaker(parts.clock).wait(retryMs, within.signal)
    }
  }

  try {
    await withTimeout(parts, { what: `anchoring entry ${seq}`, ms }, ctx, async (within) => {
      const signal = AbortSignal.any([within.signal, enough.signal])
      await Promise.all(parts.anchors.map((sink) => into(sink, { ...within, signal })))
    })
  } catch (error) {
    ctx.signal.throwIfAborted()
    failure ??= error
  }
  if (forked !== undefined) return describeFailure('an anchor sink speaks against the log', forked)
  // Whoever was quick may have been enough before the one was asked that had spoken against it.
  const known = await knownForks(parts.store, parts.anchors, tenant, ctx)
  if (known.length > 0) return message`${known.join(', ')} and the audit log speak against each other`
  if (taken >= anchorQuorum) return undefined
  const what = `its intent is in ${taken} of the ${anchorQuorum} anchor sinks that settings.audit asks for`
  return describeFailure(what, failure)
}
