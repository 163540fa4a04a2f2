import type { LabelledResource, Resource } from '../model/resource.ts'
import type { CallContext } from './context.ts'

/** Tells how resources hang together. */
export interface Topology {
  readonly spec: 1
  readonly id: string
  /**
   * The chain of owners of a resource, nearest first, topmost last: empty when nothing owns it. Undefined when this
   * topology does not know the resource or its cluster. Throws `unavailable` when it cannot be read now: alerts then wait
   * for it, at most `settings.correlation.ownersWaitMs`. Any other failure counts as no answer.
   */
  owners(resource: Resource, ctx: CallContext): Promise<readonly LabelledResource[] | undefined>
}
