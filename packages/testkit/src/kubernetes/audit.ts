import { changedPaths } from './canonical.ts'
import type { SimulatedVerb } from './faults.ts'
import type { StoredObject } from './schemas.ts'
import type { SimulatedReference } from './shapes.ts'

/** The annotation by which an adapter fences an object. It must be the adapter's own; a test holds the two together. */
export const FENCE_ANNOTATION = 'mendkit.dev/fence'

const FENCE_PATH = `/metadata/annotations/${FENCE_ANNOTATION.replaceAll('/', '~1')}`

/** One request as an API server's audit log records it. */
export interface SimulatedRequest {
  readonly at: string
  readonly user: string
  readonly verb: SimulatedVerb
  readonly target: SimulatedReference & { readonly uid?: string }
  readonly dryRun: boolean
  readonly executionId?: string
  /** 0 when the client got no answer. */
  readonly status: number
  /**
   * What it did: `effect` changed more of a target than the fence annotation, `fence` only that, `event` recorded an
   * Event, `nothing` stored nothing.
   */
  readonly did: 'effect' | 'fence' | 'event' | 'nothing'
  /** JSON pointers of what a patch changed. */
  readonly changed: readonly string[]
}

/** Where a patch led, ignoring what the API server itself writes into metadata. */
export function patchOutcome(
  before: StoredObject,
  after: StoredObject,
): { readonly did: 'effect' | 'fence' | 'nothing'; readonly changed: readonly string[] } {
  const changed = changedPaths(before, after).filter(
    (path) => !/^\/metadata\/(resourceVersion|generation|managedFields)\b/.test(path),
  )
  // The first annotation of an object changes the whole map.
  const first = changed.length === 1 && changed[0] === '/metadata/annotations'
  const only = first ? Object.keys(after.metadata.annotations ?? {}) : []
  const fence = changed.every((path) => path === FENCE_PATH) || (only.length === 1 && only[0] === FENCE_ANNOTATION)
  if (changed.length === 0) return { did: 'nothing', changed }
  return { did: fence ? 'fence' : 'effect', changed }
}
