import type { EarnedAutonomy } from '../../model/earned-autonomy.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { Resource } from '../../model/resource.ts'
import { digestOf } from '../digest.ts'

/** What earns autonomy together: a cause, an action type, and where its target is. */
export type EarningPlace = Pick<EarnedAutonomy, 'id' | 'cause' | 'type' | 'cluster' | 'namespace'>

/** Where an action against a cause earns. */
export function earningPlace(
  cause: Redacted,
  type: string,
  { cluster, namespace }: Pick<Resource, 'cluster' | 'namespace'>,
): EarningPlace {
  const id = digestOf([cause, type, cluster, namespace ?? null])
  return { id, cause, type, cluster, ...(namespace !== undefined && { namespace }) }
}
