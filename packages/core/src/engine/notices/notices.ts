import type { Notice, Urgency } from '../../model/notice.ts'
import type { CallContext } from '../../ports/context.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { deliverNotice } from './deliver.ts'
import { createEscalations, type Escalations } from './escalate.ts'
import { createSlots } from './slots.ts'

/** Notices that one sweep looks at. */
const windowSize = 1_000
/** Notices of one urgency that are on their way at once: a page never waits behind good news. */
const atOnce = 16

/** The outbox: what people are told. */
export interface Notices {
  /**
   * Records what was told while the store was away, looks for what is due, and begins to send it, pages first. Resolves
   * when it has looked; `sent` when all that it took on is done, which a hanging notifier can delay by
   * `settings.engine.portTimeoutMs`. So look again without waiting for `sent`, and never before the last look has ended: a
   * notice is never taken on twice. Both reject when the store fails, or with the abort reason.
   */
  look(ctx: CallContext): Promise<{ readonly sent: Promise<void> }>
  /** Invariant: losing the store never stops a call for help. Use it when the commit that should queue a notice failed. */
  escalateDirectly: Escalations['escalate']
}

/** Makes the outbox of one process. */
export function createNotices(parts: Parts): Notices {
  const escalations = createEscalations(parts)
  const slots = { page: createSlots(atOnce), ask: createSlots(atOnce), info: createSlots(atOnce) }
  const takenOn = new Set<string>()
  let after: string | undefined

  /** Windows follow each other through all pending notices, so that those that wait hide none behind them. */
  async function nextWindow(ctx: CallContext): Promise<readonly Notice[]> {
    const query = { states: ['pending'], limit: windowSize, ...(after !== undefined && { after }) }
    const window = await parts.store.list('notice', query, ctx)
    after = window.length < windowSize ? undefined : window.at(-1)?.id
    return window
  }

  async function takeOn(notice: Notice, ctx: CallContext): Promise<void> {
    takenOn.add(keyOf(notice))
    try {
      await slots[notice.urgency](() => deliverNotice(parts, notice, ctx))
    } catch (error) {
      ctx.signal.throwIfAborted()
      parts.log.error(describeFailure(`notice ${notice.id} stays in the outbox`, error), { notice: notice.id })
    } finally {
      takenOn.delete(keyOf(notice))
    }
  }

  return {
    async look(ctx) {
      const direct = await escalations.settle(ctx)
      if (takenOn.size >= windowSize) return direct
      const window = await nextWindow(ctx)
      // From here to `takeOn` nothing may wait: an overlapping look would take the same notices on.
      const due = window.filter((notice) => notice.nextAttemptAt <= parts.clock.now() && !takenOn.has(keyOf(notice)))
      const taken = due.toSorted(byUrgency).map((notice) => takeOn(notice, ctx))
      return { sent: Promise.all([direct.sent, ...taken]).then(() => undefined) }
    },
    escalateDirectly: (subject, text, ctx) => escalations.escalate(subject, text, ctx),
  }
}

const order: Readonly<Record<Urgency, number>> = { page: 0, ask: 1, info: 2 }

function byUrgency(a: Notice, b: Notice): number {
  return order[a.urgency] - order[b.urgency]
}

function keyOf(notice: Notice): string {
  return JSON.stringify([notice.tenant, notice.id])
}
