import type { Command, Principal } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import type { Shop } from './shop.ts'

const ann: Principal = { id: 'ann', roles: ['approver'], tenant: 'default', via: 'test' }
let forged = 0

/** Puts an answer into the store as if a face had taken it. */
export async function forge(
  shop: Pick<Shop, 'store' | 'clock'>,
  incidentId: string,
  body: Command['body'],
  by: Principal = ann,
): Promise<void> {
  forged += 1
  const row: Command = {
    tenant: by.tenant,
    id: `cmd_forged_${forged}`,
    incidentId,
    state: 'pending',
    by,
    at: shop.clock.now(),
    body,
    revision: 0,
  }
  const put = [
    { kind: 'document', table: 'command', row },
    { kind: 'raise', incidentId },
  ] as const
  await shop.store.commit({ tenant: by.tenant, expect: [], put, audit: [] }, callContext())
}
