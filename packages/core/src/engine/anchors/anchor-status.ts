import type { CallContext } from '../../ports/context.ts'
import type { Store } from '../../ports/store.ts'
import { engineTenant } from '../engine-tenant.ts'
import { troubleId, troubleOf } from './alarm.ts'
import { forkId, isForked } from './fork-setting.ts'
import { progressId, progressOf } from './progress.ts'

/** How far a tenant's log is anchored in a sink, as the hosts noted it down. Verification believes none of it. */
export interface AnchorStatus {
  readonly sink: string
  /** Entries that the last anchor tells of; 0 for none. */
  readonly size: number
  /** When it was put there, ISO 8601. */
  readonly at?: string
  /** Since when the sink does not take the checkpoints of all logs, ISO 8601. */
  readonly behindSince?: string
  /** Whether this log and what the sink holds of it were found to speak against each other. */
  readonly refused: boolean
}

const pageSize = 1_000

/** What the hosts of a store noted down about its sinks, for a tenant, by the sink's id. */
export async function anchorStatus(
  store: Pick<Store, 'get' | 'list'>,
  tenant: string,
  ctx: CallContext,
): Promise<readonly AnchorStatus[]> {
  const sinks = new Set<string>()
  for (const [of, prefix] of [
    [tenant, progressId('')],
    [tenant, forkId('')],
    [engineTenant, troubleId('')],
  ] as const) {
    const query = { tenant: of, after: prefix, limit: pageSize }
    for (const { id } of await store.list('setting', query, ctx)) {
      if (id.startsWith(prefix)) sinks.add(id.slice(prefix.length))
    }
  }
  return Promise.all([...sinks].sort().map((sink) => statusOf(store, tenant, sink, ctx)))
}

async function statusOf(
  store: Pick<Store, 'get'>,
  tenant: string,
  sink: string,
  ctx: CallContext,
): Promise<AnchorStatus> {
  const [noted, trouble, fork] = await Promise.all([
    store.get('setting', tenant, progressId(sink), ctx),
    store.get('setting', engineTenant, troubleId(sink), ctx),
    store.get('setting', tenant, forkId(sink), ctx),
  ])
  const [progress, since] = [progressOf(noted), troubleOf(trouble)?.since]
  return {
    sink,
    size: progress?.size ?? 0,
    ...(progress && { at: new Date(progress.at).toISOString() }),
    ...(since !== undefined && { behindSince: new Date(since).toISOString() }),
    refused: isForked(fork),
  }
}
