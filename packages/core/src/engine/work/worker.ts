import { MendkitError } from '../../errors.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Claim } from '../../ports/lease-store.ts'
import { message } from '../../redact/message.ts'
import { engineTenant } from '../engine-tenant.ts'
import { describeFailure } from '../failure.ts'
import type { Notices } from '../notices/notices.ts'
import type { NoticeSubject, NoticeText } from '../notices/queue.ts'
import type { Parts } from '../parts.ts'
import { giveUp } from '../steps/give-up.ts'
import { runStep } from '../steps/run-step.ts'
import { noTelemetry } from '../telemetry/telemetry.ts'
import { underLease } from './lease.ts'
import type { Vitals } from './vitals.ts'
import { createWaker, type Waker } from './waker.ts'

/** Works on due incidents. */
export interface Worker {
  /** Claims and steps until `stopping` aborts, then waits for the steps under way; `ctx.signal` ends those too. */
  run(stopping: AbortSignal, ctx: CallContext): Promise<void>
}

/** One failure may be a full queue or a slow moment; after so many in a row a person is needed. */
const failuresBeforeHelp = 3
/** Claims are made at every sweep, so a database that starts again fails several: so many in a row are no restart. */
const failedClaimsBeforeHelp = 10

/** Incidents that are claimed and have not read yet what they stand at. */
const mostBeginning = 16

/**
 * Makes the worker of one process: at most `settings.engine.workers` incidents at once. It claims a few at a time, and more
 * when those have begun: what is claimed before the store can answer for it loses its lease while it waits, and with all
 * of them at once none would ever come to its end.
 */
export function createWorker(
  parts: Parts,
  owner: string,
  waker: Waker,
  vitals: Vitals,
  notices: Pick<Notices, 'escalateDirectly'>,
): Worker {
  const { workers, sweepMs, leaseMs } = parts.settings.engine
  const active = new Set<Promise<void>>()
  let beginning = 0

  const hasRoom = () => active.size < workers && beginning <= mostBeginning / 2

  async function claimSome(ctx: CallContext): Promise<void> {
    const claimedAt = parts.clock.monotonic()
    const limit = Math.min(workers - active.size, mostBeginning - beginning)
    const claims = await parts.store.claim({ owner, limit, leaseMs }, ctx)
    for (const claim of claims) {
      const task = stepOnce(claim, claimedAt, ctx).finally(() => {
        // A step's commit rings by itself; what it could not help then is a worker that had no room.
        const wasFull = active.size >= workers
        active.delete(task)
        if (wasFull) waker.ring()
      })
      active.add(task)
    }
  }

  /** Counts one that begins until what is answered here is called. */
  function begin(): () => void {
    let isBeginning = true
    beginning += 1
    return () => {
      if (!isBeginning) return
      isBeginning = false
      beginning -= 1
      if (beginning === mostBeginning / 2) waker.ring()
    }
  }

  async function stepOnce(claim: Claim, claimedAt: number, ctx: CallContext): Promise<void> {
    const begun = begin()
    const span = { name: 'mendkit.step', attributes: { 'mendkit.incident': claim.incidentId }, signal: ctx.signal }
    try {
      const committed = await (parts.telemetry ?? noTelemetry).span(span, (trace) =>
        underLease(parts, claim, claimedAt, { ...ctx, ...(trace && { trace }) }, (lease, within) =>
          runStep(parts, claim, lease, within, begun),
        ),
      )
      vitals.well('incident', claim.incidentId)
      if (!committed) await letGo(claim)
    } catch (error) {
      begun()
      await failed(claim, error, ctx)
    }
  }

  /**
   * A step that fails keeps its lease for a sweep, so that a fault that lasts does not spin. One that was left behind at
   * shutdown gives it back at once: what it may still have under way is fenced by whoever goes on.
   */
  async function failed(claim: Claim, error: unknown, ctx: CallContext): Promise<void> {
    if (ctx.signal.aborted) return letGo(claim)
    parts.metrics.count('mendkit_step_failures_total', {})
    parts.log.error(describeFailure(`a step of incident ${claim.incidentId} failed and will be tried again`, error))
    if (vitals.failed('incident', claim.incidentId) >= failuresBeforeHelp) await callSomebody(claim, error, ctx)
    await createWaker(parts.clock).wait(sweepMs, ctx.signal)
    await letGo(claim)
  }

  /** Through the store where it takes an escalation; directly where the store itself may be lost. */
  async function callSomebody(claim: Claim, error: unknown, ctx: CallContext): Promise<void> {
    let storeMayBeLost = MendkitError.is(error, 'unavailable') || MendkitError.is(error, 'corrupt')
    try {
      // A store that is away comes back, and then the incident goes on where it stands.
      if (!MendkitError.is(error, 'unavailable') && (await giveUp(parts, claim, error, ctx))) return
    } catch (failure) {
      if (ctx.signal.aborted) return
      storeMayBeLost = true
      parts.log.error(describeFailure(`incident ${claim.incidentId} could not be escalated`, failure))
    }
    if (!storeMayBeLost) return
    const body = describeFailure(`incident ${claim.incidentId} stands still, and nothing is changed meanwhile`, error)
    const dedupeKey = `${claim.incidentId}:store-lost`
    await callForHelp({ tenant: claim.tenant, id: claim.incidentId }, { body, dedupeKey }, ctx)
  }

  /** Without a claim no incident takes a step, and nobody would learn of it from the incidents. */
  async function claimFailed(error: unknown, ctx: CallContext): Promise<void> {
    parts.metrics.count('mendkit_sweep_failures_total', { sweep: 'claim' })
    parts.log.error(describeFailure('due incidents could not be claimed; trying again', error))
    if (vitals.failed('sweep', 'claim') < failedClaimsBeforeHelp) return
    const body = describeFailure('no incident takes a step, and nothing is changed, as none can be claimed', error)
    await callForHelp({ tenant: engineTenant, id: 'engine' }, { body, dedupeKey: 'engine:store-lost' }, ctx)
  }

  async function callForHelp(
    subject: NoticeSubject,
    text: Pick<NoticeText, 'body' | 'dedupeKey'>,
    ctx: CallContext,
  ): Promise<void> {
    const title = message`Mendkit cannot read or write its state`
    try {
      await notices.escalateDirectly(subject, { urgency: 'page', title, ...text }, ctx)
    } catch (error) {
      if (!ctx.signal.aborted) parts.log.error(describeFailure('nobody could be called for help', error))
    }
  }

  /** Also when the work was aborted: whoever goes on should not have to wait for the lease to run out. */
  async function letGo(claim: Claim): Promise<void> {
    try {
      await parts.store.release(claim, { signal: new AbortController().signal, log: parts.log })
      waker.ring()
    } catch (error) {
      parts.log.warn(describeFailure(`the lease on incident ${claim.incidentId} runs out by itself`, error))
    }
  }

  async function pause(ctx: CallContext, stopping: AbortSignal): Promise<void> {
    const [dueAt, now] = await Promise.all([parts.store.nextDueAt(ctx), parts.store.now(ctx)])
    const untilDue = dueAt === undefined || !hasRoom() ? sweepMs : dueAt - now
    await waker.wait(Math.min(sweepMs, Math.max(0, untilDue)), stopping)
  }

  return {
    async run(stopping, ctx) {
      while (!stopping.aborted) {
        try {
          if (hasRoom()) await claimSome(ctx)
          await pause(ctx, stopping)
          vitals.well('sweep', 'claim')
        } catch (error) {
          if (stopping.aborted || ctx.signal.aborted) break
          await claimFailed(error, ctx)
          // Not the waker that rings for due incidents: work that comes in must not make a fault that lasts spin.
          await createWaker(parts.clock).wait(sweepMs, stopping)
        }
      }
      await Promise.all(active)
    },
  }
}
