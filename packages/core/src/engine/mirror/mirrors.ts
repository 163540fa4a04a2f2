import { MendkitError } from '../../errors.ts'
import type { CallContext } from '../../ports/context.ts'
import { errorText, message } from '../../redact/message.ts'
import { describeFailure } from '../failure.ts'
import { retryDelay } from '../notices/outcome.ts'
import type { Parts } from '../parts.ts'
import { createWaker } from '../work/waker.ts'
import { createLag, type Lag, type MirrorHealth } from './lag.ts'
import { type Sending, sendBatches } from './send-batches.ts'

/** Tenants whose logs are listed at once. */
const tenantsOfPage = 1_000

/** The mirrors of one process. */
export interface Mirrors {
  /** Tells that entries were added. Cheap, never throws; a lost one costs a sweep. */
  nudge(): void
  /** How far each is behind, as this process last saw it. */
  health(): readonly MirrorHealth[]
  /** The loops of a run, by what they are called in the log. Each works until `stopping` aborts. */
  loops(owner: string, stopping: AbortSignal, ctx: CallContext): readonly (readonly [string, Promise<void>])[]
}

/** Failures in a row, and when to try again, on the monotonic clock. */
interface Patience {
  readonly attempts: number
  readonly notBefore: number
}

const fresh: Patience = { attempts: 0, notBefore: Number.NEGATIVE_INFINITY }

/** What a loop remembers of one log: how far its sink has come, as far as that is known. */
interface Standing extends Patience {
  readonly next?: number
}

/** What a loop remembers: a receiver that is down is so for all logs, and one log may be refused alone. */
interface Memory {
  readonly logs: ReadonlyMap<string, Standing>
  readonly receiver: Patience
}

/** Makes the mirrors of a host's sinks; nothing is read before a loop runs. */
export function createMirrors(parts: Parts): Mirrors {
  const all = parts.mirrors.map((sink) => {
    return { sink, lag: createLag(parts, sink.id), waker: createWaker(parts.clock) }
  })

  /** Never rejects: a sink that fails, or a store that is away, costs a wait. */
  async function loop({ sink, lag, waker }: (typeof all)[number], run: Run, ctx: CallContext): Promise<void> {
    let memory: Memory = { logs: new Map(), receiver: fresh }
    while (!run.stopping.aborted) {
      let more = false
      try {
        const round = await goRound({ parts, sink, ...run }, lag, memory, ctx)
        memory = round.memory
        more = round.more
      } catch (error) {
        if (ctx.signal.aborted) return
        parts.log.error(describeFailure(message`mirror ${sink.id} could not read the logs; trying again`, error))
      }
      if (!more) await waker.wait(parts.settings.engine.sweepMs, run.stopping)
    }
  }

  return {
    nudge() {
      for (const { waker } of all) waker.ring()
    },
    health: () => all.map(({ lag }) => lag.read()),
    loops: (owner, stopping, ctx) =>
      all.map((each) => [`mirror ${each.sink.id}`, loop(each, { owner, stopping }, ctx)] as const),
  }
}

type Run = Pick<Sending, 'owner' | 'stopping'>

/** Gives every tenant's log one turn, or none while the receiver is left alone. */
async function goRound(
  sending: Sending,
  lag: Lag,
  before: Memory,
  ctx: CallContext,
): Promise<{ readonly memory: Memory; readonly more: boolean }> {
  const { parts, stopping } = sending
  const logs = new Map<string, Standing>()
  let { receiver } = before
  let more = false
  for (let after: string | undefined; !stopping.aborted; ) {
    const query = { limit: tenantsOfPage, ...(after !== undefined && { after }) }
    const page = await parts.store.auditLogs(query, ctx)
    for (const log of page) {
      if (stopping.aborted) break
      const standing = before.logs.get(log.tenant) ?? fresh
      const turn = await takeTurn(sending, lag, log, { standing, receiver }, ctx)
      logs.set(log.tenant, turn.standing)
      receiver = turn.receiver
      more ||= turn.more
    }
    after = page.at(-1)?.tenant
    if (page.length < tenantsOfPage) break
  }
  return { memory: { logs, receiver }, more }
}

/** What one log's turn begins and ends with. */
interface Turns {
  readonly standing: Standing
  readonly receiver: Patience
}

async function takeTurn(
  sending: Sending,
  lag: Lag,
  log: { readonly tenant: string; readonly size: number },
  { standing, receiver }: Turns,
  ctx: CallContext,
): Promise<Turns & { readonly more: boolean }> {
  const { parts, sink } = sending
  const { tenant, size } = log
  lag.grew(tenant, size)
  const notYet = parts.clock.monotonic() < Math.max(standing.notBefore, receiver.notBefore)
  if (notYet || standing.next === size) return { standing, receiver, more: false }
  const behind = (next: number, since: string) => lag.saw(tenant, { size, next, since: Date.parse(since) })
  try {
    const { next, more } = await sendBatches(sending, log, behind, ctx)
    if (next > (standing.next ?? 0)) lag.sent()
    if (next >= size) lag.saw(tenant, { size, next: size })
    return { standing: { ...fresh, next }, receiver: fresh, more }
  } catch (error) {
    if (ctx.signal.aborted) throw error
    lag.failed(errorText(error))
    const isDown = MendkitError.is(error, 'unavailable')
    const { attempts } = isDown ? receiver : standing
    const waitMs = retryDelay(parts, attempts + 1, MendkitError.is(error) ? error.retryAfterMs : undefined)
    const what = message`mirror ${sink.id} took nothing of tenant ${tenant}, and is tried again in ${waitMs} ms`
    parts.log.warn(describeFailure(what, error))
    const patience: Patience = { attempts: attempts + 1, notBefore: parts.clock.monotonic() + waitMs }
    return isDown ? { standing: fresh, receiver: patience, more: false } : { standing: patience, receiver, more: false }
  }
}
