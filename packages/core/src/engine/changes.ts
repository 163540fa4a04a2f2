import type { RecordedChange } from '../model/evidence.ts'
import type { CallContext } from '../ports/context.ts'
import type { Parts } from './parts.ts'

/** How long a recorded change may lie back and still be a cause: so many windows of correlation, and at least this. */
const windows = 12
const leastMs = 21_600_000
const maxRecent = 1_000

/**
 * Id of the setting that is written with every recorded change. Correlation expects it as it read it, so that a change
 * and the alerts that stem from it cannot miss each other.
 */
export const changesSetting = 'changes'

/** The tenant's recorded changes, by whether they may still be a cause. */
export interface ListedChanges {
  /** Oldest first, at most 1,000. */
  readonly recent: readonly RecordedChange[]
  /** Not yet marked as old. */
  readonly outdated: readonly RecordedChange[]
}

/** Lists all changes that are not marked as old. */
export async function listChanges(parts: Parts, tenant: string, ctx: CallContext): Promise<ListedChanges> {
  const since = parts.clock.now() - Math.max(leastMs, windows * parts.settings.correlation.windowMs)
  const found: RecordedChange[] = []
  for (let after: string | undefined; ; ) {
    const states = ['new', 'recent']
    const page = await parts.store.list('change', { tenant, states, limit: 1_000, ...(after && { after }) }, ctx)
    found.push(...page)
    const last = page.at(-1)
    if (page.length < 1_000 || last === undefined) break
    after = last.id
  }
  return {
    recent: found.filter((change) => change.at >= since).slice(-maxRecent),
    outdated: found.filter((change) => change.at < since && change.state === 'recent'),
  }
}

/** The tenant's recorded changes that are recent enough to matter, oldest first, at most 1,000. */
export async function recentChanges(
  parts: Parts,
  tenant: string,
  ctx: CallContext,
): Promise<readonly RecordedChange[]> {
  return (await listChanges(parts, tenant, ctx)).recent
}
