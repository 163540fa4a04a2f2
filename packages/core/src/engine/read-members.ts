import type { Alert, Membership } from '../model/alert.ts'
import type { CallContext } from '../ports/context.ts'
import type { Store } from '../ports/store.ts'

const pageSize = 1_000

/** Every member of an incident with its alert, page by page, in the store's order. */
export async function* readMembers(
  store: Pick<Store, 'members'>,
  { tenant, incidentId }: Pick<Membership, 'tenant' | 'incidentId'>,
  ctx: CallContext,
): AsyncIterable<readonly (Membership & { readonly alert: Alert })[]> {
  for (let after: Membership | undefined; ; ) {
    const page = await store.members({ tenant, incidentId, limit: pageSize, ...(after && { after }) }, ctx)
    yield page
    after = page.at(-1)
    if (page.length < pageSize || after === undefined) return
  }
}
