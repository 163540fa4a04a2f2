import { MendkitError } from '../../errors.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Heartbeat } from '../../ports/heartbeat.ts'
import { message } from '../../redact/message.ts'
import { withTimeout } from '../call.ts'
import { engineTenant } from '../engine-tenant.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { sweepPatienceMs, type Vitals } from './vitals.ts'
import { createWaker } from './waker.ts'

/** How often the proof is written again when another process wrote its own first. */
const tries = 5

/** Beats until `stopping` aborts, each time after a fresh proof that the engine does its work. Without a proof no beat. */
export async function heartbeatLoop(
  parts: Parts,
  vitals: Vitals,
  heartbeat: Heartbeat,
  stopping: AbortSignal,
  given: CallContext,
): Promise<void> {
  const { id, everyMs } = heartbeat
  // A beat under way is not worth waiting for: whoever stops wants the receiver to ring, or begins to beat again.
  const ctx = { ...given, signal: AbortSignal.any([stopping, given.signal]) }
  for (;;) {
    await createWaker(parts.clock).wait(everyMs, ctx.signal)
    if (ctx.signal.aborted) return
    const limit = (what: string) => ({ what, ms: everyMs })
    try {
      await withTimeout(parts, limit('the proof of a heartbeat'), ctx, (within) =>
        prove(parts, vitals, heartbeat, within),
      )
    } catch (error) {
      if (ctx.signal.aborted) return
      parts.metrics.count('mendkit_heartbeats_withheld_total', { heartbeat: id })
      parts.log.error(describeFailure(`heartbeat ${id} is withheld, as the engine does not do its work`, error))
      continue
    }
    try {
      await withTimeout(parts, limit(`heartbeat ${id}`), ctx, (within) => heartbeat.beat(within))
      parts.metrics.count('mendkit_heartbeats_total', { heartbeat: id })
    } catch (error) {
      if (ctx.signal.aborted) return
      parts.metrics.count('mendkit_heartbeat_failures_total', { heartbeat: id })
      parts.log.warn(describeFailure(`heartbeat ${id} was not taken; the next one follows`, error))
    }
  }
}

async function prove(parts: Parts, vitals: Vitals, { id, everyMs }: Heartbeat, ctx: CallContext): Promise<void> {
  const patience = Math.max(everyMs, sweepPatienceMs(parts.settings.engine.sweepMs))
  const late = [...vitals.read().sinceSweep].filter(([, since]) => since > patience).map(([sweep]) => sweep)
  if (late.length > 0) throw new MendkitError('unavailable', message`not made for ${patience} ms: ${late.join(', ')}`)
  const key = { tenant: engineTenant, id: `heartbeat:${id}` }
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const current = await parts.store.get('setting', key.tenant, key.id, ctx)
    const row = { ...key, value: { at: parts.clock.now() }, revision: current?.revision ?? 0 }
    const put = [{ kind: 'document', table: 'setting', row }] as const
    const result = await parts.store.commit({ tenant: key.tenant, expect: [], put, audit: [] }, ctx)
    if (result.kind === 'committed') return
  }
  throw new MendkitError('unavailable', message`others kept writing setting ${key.id} first`)
}
