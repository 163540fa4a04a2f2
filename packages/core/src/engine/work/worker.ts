import { MendkitError } from '../../errors.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Claim } from '../../ports/lease-store.ts'
import { message } from '../../redact/message.ts'
import { describeFailure } from '../failure.ts'
import type { Notices } from '../notices/notices.ts'
import type { Parts } from '../parts.ts'
import { runStep } from '../steps/run-step.ts'
import { noTelemetry } from '../telemetry/telemetry.ts'
import { underLease } from './lease.ts'
import { createWaker, type Waker } from './waker.ts'

/** Works on due incidents. */
export interface Worker {
  /** Claims and steps until `stopping` aborts, then waits for the steps under way; `ctx.signal` ends those too. */
  run(stopping: AbortSignal, ctx: CallContext): Promise<void>
}

/** One failure may be a full queue or a slow moment; so many in a row are a store that is lost. */
const failuresBeforeHelp = 3

/** Makes the worker of one process: at most `settings.engine.workers` incidents at once. */
export function createWorker(
  parts: Parts,
  owner: string,
  waker: Waker,
  notices: Pick<Notices, 'escalateDirectly'>,
): Worker {
  const { workers, sweepMs, leaseMs } = parts.settings.engine
  const active = new Set<Promise<void>>()
  /** Failures in a row by incident: at most as many entries as incidents that fail now. */
  const failures = new Map<string, number>()

  async function claimSome(ctx: CallContext): Promise<void> {
    const claimedAt = parts.clock.monotonic()
    const claims = await parts.store.claim({ owner, limit: workers - active.size, leaseMs }, ctx)
    for (const claim of claims) {
      const task = stepOnce(claim, claimedAt, ctx).finally(() => {
        active.delete(task)
        waker.ring()
      })
      active.add(task)
    }
  }

  async function stepOnce(claim: Claim, claimedAt: number, ctx: CallContext): Promise<void> {
    const span = { name: 'mendkit.step', attributes: { 'mendkit.incident': claim.incidentId }, signal: ctx.signal }
    try {
      const committed = await (parts.telemetry ?? noTelemetry).span(span, (trace) =>
        underLease(parts, claim, claimedAt, { ...ctx, ...(trace && { trace }) }, (lease, within) =>
          runStep(parts, claim, lease, within),
        ),
      )
      failures.delete(claim.incidentId)
      if (!committed) await letGo(claim, ctx)
    } catch (error) {
      await failed(claim, error, ctx)
    }
  }

  /** A step that fails keeps its lease for a sweep, so that a fault that lasts does not spin. */
  async function failed(claim: Claim, error: unknown, ctx: CallContext): Promise<void> {
    if (ctx.signal.aborted) return
    parts.metrics.count('mendkit_step_failures_total', {})
    parts.log.error(describeFailure(`a step of incident ${claim.incidentId} failed and will be tried again`, error))
    const inARow = (failures.get(claim.incidentId) ?? 0) + 1
    failures.set(claim.incidentId, inARow)
    const storeMayBeLost = MendkitError.is(error, 'unavailable') || MendkitError.is(error, 'corrupt')
    if (storeMayBeLost && inARow >= failuresBeforeHelp) await callForHelp(claim, error, ctx)
    await createWaker(parts.clock).wait(sweepMs, ctx.signal)
    if (!ctx.signal.aborted) await letGo(claim, ctx)
  }

  async function callForHelp(claim: Claim, error: unknown, ctx: CallContext): Promise<void> {
    const title = message`Mendkit cannot read or write its state`
    const body = describeFailure(`incident ${claim.incidentId} stands still, and nothing is changed meanwhile`, error)
    const text = { urgency: 'page', title, body, dedupeKey: `${claim.incidentId}:store-lost` } as const
    try {
      await notices.escalateDirectly({ tenant: claim.tenant, id: claim.incidentId }, text, ctx)
    } catch (error) {
      if (!ctx.signal.aborted) parts.log.error(describeFailure('nobody could be called for help', error))
    }
  }

  async function letGo(claim: Claim, ctx: CallContext): Promise<void> {
    try {
      await parts.store.release(claim, ctx)
    } catch (error) {
      // Who stops has no use for the lease either: it runs out.
      if (ctx.signal.aborted) return
      parts.log.warn(describeFailure(`the lease on incident ${claim.incidentId} runs out by itself`, error))
    }
  }

  async function pause(ctx: CallContext, stopping: AbortSignal): Promise<void> {
    const [dueAt, now] = await Promise.all([parts.store.nextDueAt(ctx), parts.store.now(ctx)])
    const untilDue = dueAt === undefined || active.size >= workers ? sweepMs : dueAt - now
    await waker.wait(Math.min(sweepMs, Math.max(0, untilDue)), stopping)
  }

  return {
    async run(stopping, ctx) {
      while (!stopping.aborted) {
        try {
          if (active.size < workers) await claimSome(ctx)
          await pause(ctx, stopping)
        } catch (error) {
          if (stopping.aborted || ctx.signal.aborted) break
          parts.log.error(describeFailure('due incidents could not be claimed; trying again', error))
          await waker.wait(sweepMs, stopping)
        }
      }
      await Promise.all(active)
    },
  }
}
