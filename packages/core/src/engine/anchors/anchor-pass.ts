import { MendkitError } from '../../errors.ts'
import type { AnchorSink } from '../../ports/anchor-sink.ts'
import type { CallContext } from '../../ports/context.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { anchorLog } from './anchor-log.ts'
import { keepProgress, progressId, progressOf } from './progress.ts'

/** What one look at all logs for one sink came to. */
export interface AnchorPass {
  /** The first failure, when some log could not be anchored. */
  readonly failed?: unknown
  /** Logs that speak against what was anchored of them, or of which another is anchored. */
  readonly refused: readonly { readonly tenant: string; readonly error: MendkitError }[]
}

const pageSize = 1_000
/** Logs that are anchored at once in one sink. */
const atOnce = 8
/** Refused logs of which one pass tells. */
const maxRefused = 100

/**
 * Anchors every log that has grown. A sink that answers for none of several logs is away, and left alone until the next pass; what
 * fails with one log keeps no other back.
 */
export async function anchorPass(parts: Parts, sink: AnchorSink, ctx: CallContext): Promise<AnchorPass> {
  const refused: { tenant: string; error: MendkitError }[] = []
  let failed: unknown

  async function one(tenant: string, size: number): Promise<'asked' | 'not-due' | 'away'> {
    try {
      return (await anchorIfDue(parts, sink, tenant, size, ctx)) ? 'asked' : 'not-due'
    } catch (error) {
      ctx.signal.throwIfAborted()
      parts.metrics.count('mendkit_anchor_failures_total', { sink: sink.id })
      parts.log.warn(describeFailure(`the log of tenant ${tenant} is not anchored in ${sink.id}`, error))
      parts.anchorStates(sink.id).forget(tenant)
      if (!MendkitError.is(error, 'rejected')) failed ??= error
      else if (refused.length < maxRefused) refused.push({ tenant, error })
      return MendkitError.is(error, 'unavailable') ? 'away' : 'asked'
    }
  }

  let after: string | undefined
  for (;;) {
    const page = await parts.store.auditLogs({ limit: pageSize, ...(after !== undefined && { after }) }, ctx)
    let isAway = false
    for (let from = 0; from < page.length && !isAway; from += atOnce) {
      const answers = await Promise.all(page.slice(from, from + atOnce).map(({ tenant, size }) => one(tenant, size)))
      isAway = answers.filter((answer) => answer === 'away').length > 1 && !answers.includes('asked')
    }
    after = page.at(-1)?.tenant
    if (isAway || page.length < pageSize) return { refused, ...(failed !== undefined && { failed }) }
  }
}

/** Answers whether the sink was asked. */
async function anchorIfDue(
  parts: Parts,
  sink: AnchorSink,
  tenant: string,
  size: number,
  ctx: CallContext,
): Promise<boolean> {
  const seen = parts.anchorStates(sink.id).seen(tenant)
  if (seen === size) return false
  const setting = await parts.store.get('setting', tenant, progressId(sink.id), ctx)
  const progress = progressOf(setting)
  const now = await parts.store.now(ctx)
  // Another host has just done it. What this process never compared it looks at itself, once.
  const age = now - (progress?.at ?? Number.NEGATIVE_INFINITY)
  // A moment ahead is that of a clock that was set back.
  const isFresh = age >= 0 && age < parts.settings.audit.anchorEveryMs / 2
  if (isFresh && seen !== undefined && progress !== undefined && progress.size <= size) return false
  const anchored = await anchorLog(parts, sink, tenant, ctx)
  if (anchored !== (progress?.size ?? 0)) {
    await keepProgress(parts, tenant, sink.id, { size: anchored, at: now }, setting?.revision ?? 0, ctx)
  }
  return true
}
