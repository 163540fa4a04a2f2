import type { Setting } from '../../model/setting.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import { engineTenant } from '../engine-tenant.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import type { Vitals } from '../work/vitals.ts'
import { createWaker } from '../work/waker.ts'
import { type RetentionPlaces, runRetention } from './run-retention.ts'

/** Who does it, and whether alerts come in right now. */
export interface RetentionHost {
  readonly owner: string
  readonly isBusy: () => boolean
}

/** Id of the row that says which process does it, and until when. */
const leaseSetting = 'retention-lease'
/** Sweeps that a run waits for alerts that come in. After that it is made all the same, or a storm that lasts would fill the disk. */
const mostYields = 10
const tenantsPerPage = 100
/** Tenants whose places are remembered; the others begin anew. */
const mostPlaces = 10_000

/**
 * Moves and drops what is old enough, one tenant after the other, until `stopping` aborts. Of several processes on one store
 * one does it; when it is gone another takes over. What fails is tried again with the next look.
 */
export async function retentionLoop(
  parts: Parts,
  vitals: Vitals,
  host: RetentionHost,
  stopping: AbortSignal,
  ctx: CallContext,
): Promise<void> {
  const { clock, settings } = parts
  const places = new Map<string, RetentionPlaces>()
  for (let isBehind = false; ; ) {
    await createWaker(clock).wait(isBehind ? settings.engine.sweepMs : settings.retention.everyMs, stopping)
    if (stopping.aborted) return
    try {
      isBehind = await look(parts, vitals, { ...host, stopping }, places, ctx)
    } catch (error) {
      if (ctx.signal.aborted) return
      isBehind = false
      failed(parts, 'retention failed; it is tried again with the next look', error)
    }
  }
}

function failed({ metrics, log }: Parts, what: string, error: unknown): void {
  metrics.count('mendkit_sweep_failures_total', { sweep: 'retention' })
  log.error(describeFailure(what, error))
}

/** Looks at every tenant once. Answers whether there is more to do at once. */
async function look(
  parts: Parts,
  vitals: Vitals,
  host: RetentionHost & { readonly stopping: AbortSignal },
  places: Map<string, RetentionPlaces>,
  ctx: CallContext,
): Promise<boolean> {
  if (!(await isOurs(parts, host.owner, ctx))) return false
  let isBehind = false
  for await (const tenant of allTenants(parts, ctx)) {
    await yieldToIntake(parts, host)
    if (host.stopping.aborted) return false
    try {
      const run = await runRetention(parts, tenant, places.get(tenant) ?? {}, ctx)
      isBehind ||= run.isBehind
      if (places.size >= mostPlaces) places.clear()
      places.set(tenant, run.places)
    } catch (error) {
      // One tenant must not hold up the others.
      if (ctx.signal.aborted) throw error
      failed(parts, message`retention of tenant ${tenant} failed; it is tried again with the next look`, error)
    }
  }
  const now = parts.clock.now()
  vitals.retention({ lastRunAt: now, behind: isBehind })
  parts.metrics.gauge('mendkit_retention_behind', Number(isBehind))
  parts.metrics.gauge('mendkit_retention_last_run_seconds', Math.floor(now / 1_000))
  return isBehind
}

/**
 * Takes the lease, or keeps it. It outlasts two looks, so that a process that is gone costs no more than that. Should it run out
 * during a long look, two do the same for a while: each commit says what it was made from, so that one of them conflicts.
 */
async function isOurs({ store, settings }: Parts, owner: string, ctx: CallContext): Promise<boolean> {
  const [current, now] = await Promise.all([store.get('setting', engineTenant, leaseSetting, ctx), store.now(ctx)])
  const held = holderOf(current)
  if (held !== undefined && held.owner !== owner && held.until > now) return false
  const { everyMs } = settings.retention
  const until = now + 3 * everyMs
  // Kept for a while yet: nothing to write.
  if (held?.owner === owner && held.until - now > 2 * everyMs) return true
  const row = { revision: 0, ...current, tenant: engineTenant, id: leaseSetting, value: { owner, until } }
  const put = [{ kind: 'document', table: 'setting', row }] as const
  const result = await store.commit({ tenant: engineTenant, expect: [], put, audit: [] }, ctx)
  return result.kind === 'committed'
}

function holderOf(setting: Setting | undefined): { readonly owner: string; readonly until: number } | undefined {
  const value = setting?.value
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { owner, until } = value as { readonly owner?: unknown; readonly until?: unknown }
  return typeof owner === 'string' && typeof until === 'number' ? { owner, until } : undefined
}

async function* allTenants({ store }: Parts, ctx: CallContext): AsyncIterable<string> {
  for (let after: string | undefined; ; ) {
    const page = await store.auditLogs({ limit: tenantsPerPage, ...(after !== undefined && { after }) }, ctx)
    for (const { tenant } of page) yield tenant
    after = page.at(-1)?.tenant
    if (page.length < tenantsPerPage || after === undefined) return
  }
}

async function yieldToIntake(
  { clock, settings }: Parts,
  { isBusy, stopping }: RetentionHost & { readonly stopping: AbortSignal },
): Promise<void> {
  for (let waited = 0; waited < mostYields && isBusy() && !stopping.aborted; waited += 1) {
    await createWaker(clock).wait(settings.engine.sweepMs, stopping)
  }
}
