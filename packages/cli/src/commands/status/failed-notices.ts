import type { CallContext, Store } from '@mendkit/core'
import { pageSize, readPages } from '../../store/read-pages.ts'

/** Notices that at least one notifier will never take: how many, and the newest five. */
export async function failedNotices(
  store: Store,
  tenant: string,
  ctx: CallContext,
): Promise<{ readonly count: number; readonly newest: readonly string[] }> {
  const failed = await readPages(
    (after) =>
      store.list(
        'notice',
        { tenant, states: ['failed'], descending: true, limit: pageSize, ...(after === undefined ? {} : { after }) },
        ctx,
      ),
    10_000,
  )
  return { count: failed.length, newest: failed.slice(0, 5).map(({ id }) => id) }
}
