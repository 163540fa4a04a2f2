import type { CallContext } from '../../ports/context.ts'
import { roundedBound } from '../earn/wilson.ts'
import type { Parts } from '../parts.ts'
import type { Report, ReportEarned } from './shape.ts'

/** Places that are told of at most. */
const mostOfEarned = 1_000

/** How far autonomy has come in each place of a tenant, whenever that was. */
export async function earnedPlaces(
  { store }: Pick<Parts, 'store'>,
  tenant: string,
  ctx: CallContext,
): Promise<Pick<Report, 'earned' | 'complete'>> {
  const rows = await store.list('earned', { tenant, limit: mostOfEarned }, ctx)
  const earned = rows.map(({ cause, type, cluster, namespace, level, outcomes, successes }): ReportEarned => {
    const place = { cause, action: type, cluster, ...(namespace !== undefined && { namespace }) }
    return { ...place, level, outcomes, successes, bound: roundedBound(successes, outcomes) }
  })
  return { earned: earned.sort(byPlace), complete: rows.length < mostOfEarned }
}

function byPlace(left: ReportEarned, right: ReportEarned): number {
  const name = ({ cause, action, cluster, namespace = '' }: ReportEarned) =>
    [cause, action, cluster, namespace].join(' ')
  return name(left) < name(right) ? -1 : 1
}
