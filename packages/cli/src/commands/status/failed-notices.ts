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
        { tenant, states: ['failed'], limit: pageSize, ...(after === undefined ? {} : { after }) },
        ctx,
      ),
    10_000,
  )
  const newest = failed.slice(-5).toReversed()
  return { count: failed.length, newest: newest.map(({ id }) => id) }
}
