import type { Alert } from '../../model/alert.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Store } from '../../ports/store.ts'
import type { ToldBatch } from './parse-batch.ts'

const pageSize = 1_000
/** A complete batch looks at this many pages of alerts that it may miss; the next complete batch looks at the rest. */
const maxPages = 40

/** Reads every stored alert that the batches can touch: those they name, and those that a complete one may miss. */
export async function readAlerts(
  store: Store,
  tenant: string,
  batches: readonly ToldBatch[],
  ctx: CallContext,
): Promise<Map<string, Alert>> {
  const found = new Map<string, Alert>()
  for (const batch of batches) {
    if (batch.complete) await readUnseen(store, batch, found, ctx)
  }
  const ids = new Set(batches.flatMap((batch) => batch.alerts.map((alert) => alert.id)))
  const unread = [...ids].filter((id) => !found.has(id))
  for (let from = 0; from < unread.length; from += pageSize) {
    for (const alert of await store.alerts(tenant, unread.slice(from, from + pageSize), ctx)) found.set(alert.id, alert)
  }
  return found
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
