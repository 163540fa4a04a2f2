import type { Documents } from '../../model/documents.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Store } from '../../ports/store.ts'

/** Tables whose ids are minted at the moment that counts for the report: that of the diagnosis or its plan. */
type Reported = 'diagnosis' | 'plan' | 'approval' | 'execution' | 'suggestion'

/** Rows of one table that are read at most. */
export const mostOfReport = 10_000
const pageSize = 100
/** How far the clocks that made two ids may be apart. */
const clockMarginMs = 3_600_000

/**
 * What is picked from the newest rows of a table, back to those of a moment. Rows are read page by page and only what is picked
 * of them is kept. `complete` is false when there were more than the bound.
 */
export async function readNewest<Table extends Reported, Picked>(
  store: Store,
  from: { readonly table: Table; readonly tenant: string; readonly since: number },
  at: (row: Documents[Table]) => number,
  pick: (row: Documents[Table]) => Picked | undefined,
  ctx: CallContext,
): Promise<{ readonly picked: readonly Picked[]; readonly complete: boolean }> {
  const { table, tenant, since } = from
  const picked: Picked[] = []
  let after: string | undefined
  for (let read = 0; read < mostOfReport; ) {
    const query = { tenant, descending: true, limit: pageSize, ...(after !== undefined && { after }) } as const
    const page = await store.list(table, query, ctx)
    for (const row of page) {
      const one = at(row) < since ? undefined : pick(row)
      if (one !== undefined) picked.push(one)
    }
    const oldest = page.at(-1)
    if (page.length < pageSize || oldest === undefined || at(oldest) < since - clockMarginMs) {
      return { picked, complete: true }
    }
    read += page.length
    after = oldest.id
  }
  return { picked, complete: false }
}
