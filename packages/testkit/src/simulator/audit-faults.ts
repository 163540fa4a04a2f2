import { type Clock, type Store, verifyAudit } from '@mendkit/core'
import { callContext } from '../call-context.ts'

/** What is wrong with the logs of these tenants, read again from their first entry to their end. */
export async function auditFaults(
  store: Store,
  clock: Clock,
  tenants: readonly string[],
  taken: number,
): Promise<readonly string[]> {
  const ctx = callContext()
  await store.open({ clock }, ctx)
  const read = await Promise.all(tenants.map((tenant) => verifyAudit(store, tenant, {}, ctx)))
  const faults = read.flatMap(({ findings }) => findings.map(({ because }) => because))
  if (faults.length > 0) return faults
  const entries = read.reduce((sum, each) => sum + each.entries, 0)
  return entries === taken ? [] : [`the logs hold ${entries} entries, and the store took ${taken}`]
}
