import { MendkitError } from '../../errors.ts'
import type { Alert } from '../../model/alert.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Store } from '../../ports/store.ts'
import type { ToldBatch } from './parse-batch.ts'

const pageSize = 1_000
/** A complete batch looks at this many pages of alerts that it may miss; the next complete batch looks at the rest. */
const maxPages = 40

/** The stored alerts that some batches can touch, by id. */
export interface StoredAlerts {
  readonly found: Map<string, Alert>
  /** Alerts that are stored but do not read back, and why. They cannot be merged with. */
  readonly corrupt: Map<string, MendkitError>
}

/** Reads every stored alert that the batches can touch: those they name, and those that a complete one may miss. */
export async function readAlerts(
  store: Store,
  tenant: string,
  batches: readonly ToldBatch[],
  ctx: CallContext,
): Promise<StoredAlerts> {
  const stored: StoredAlerts = { found: new Map(), corrupt: new Map() }
  for (const batch of batches) {
    if (batch.complete) await readUnseen(store, batch, stored.found, ctx)
  }
  const unread: string[] = []
  for (const { alerts } of batches) for (const { id } of alerts) if (!stored.found.has(id)) unread.push(id)
  // An id that stands there twice is found once.
  for (let from = 0; from < unread.length; from += pageSize) {
    await readNamed(store, tenant, unread.slice(from, from + pageSize), stored, ctx)
  }
  return stored
}

/** A page that holds a corrupt alert is read in halves, so that only that alert is left out. */
async function readNamed(
  store: Store,
  tenant: string,
  ids: readonly string[],
  stored: StoredAlerts,
  ctx: CallContext,
): Promise<void> {
  try {
    for (const alert of await store.alerts(tenant, ids, ctx)) stored.found.set(alert.id, alert)
  } catch (error) {
    if (!MendkitError.is(error, 'corrupt')) throw error
    const [first] = ids
    if (first === undefined) throw error
    if (ids.length === 1) {
      stored.corrupt.set(first, error)
      return
    }
    const middle = ids.length >> 1
    await readNamed(store, tenant, ids.slice(0, middle), stored, ctx)
    await readNamed(store, tenant, ids.slice(middle), stored, ctx)
  }
}

async function readUnseen(store: Store, batch: ToldBatch, found: Map<string, Alert>, ctx: CallContext): Promise<void> {
  const { tenant, source, asOf: seenBefore } = batch
  for (let page = 0, after = {}; page < maxPages; page += 1) {
    const alerts = await store.staleAlerts({ tenant, source, seenBefore, limit: pageSize, ...after }, ctx)
    for (const alert of alerts) found.set(alert.id, alert)
    const last = alerts.at(-1)
    if (last === undefined || alerts.length < pageSize) return
    after = { after: last.id }
  }
}
