import { MendkitError } from '../../errors.ts'
import { type Resource, resourceKey } from '../../model/resource.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Topology } from '../../ports/topology.ts'
import { understandOwners } from '../answers/resource.ts'
import { callPort } from '../call.ts'
import { describeFailure } from '../failure.ts'
import { createSlots } from '../notices/slots.ts'
import type { Parts } from '../parts.ts'

/** What topologies tell about the owners of a resource. */
type Topmost =
  /** The topmost owner; the resource itself when nothing owns it. */
  | { readonly kind: 'known'; readonly resource: Resource }
  /** No topology knows the resource, or each that might fails for good. */
  | { readonly kind: 'untold' }
  /** A topology that might know it cannot be read now. */
  | { readonly kind: 'out-of-reach' }

/** The topmost owner of a resource. */
export type TopmostOf = (resource: Resource) => Promise<Topmost>

/** How a topology has failed in this sweep. */
interface Failures {
  readonly inARow: number
  /** What the last one says about every resource. */
  readonly kind: 'untold' | 'out-of-reach'
}

/** Look-ups under way at once. */
const maxAtOnce = 16
/** After so many failures in a row a topology is left alone for the rest of the sweep. */
const maxFailures = 3

/**
 * Looks up topmost owners, each resource once. A topology that fails is logged and counted, and the next one is asked;
 * one that keeps failing is not asked again, so that it cannot hold up a storm.
 */
export function createTopmostOf(parts: Parts, ctx: CallContext): TopmostOf {
  const known = new Map<string, Promise<Topmost>>()
  const slots = createSlots(maxAtOnce)
  const failures = new Map<string, Failures>()

  async function lookUp(resource: Resource): Promise<Topmost> {
    let best: Topmost = { kind: 'untold' }
    for (const topology of parts.topologies) {
      const answer = await ask(topology, resource)
      if (answer.kind === 'known') return answer
      if (answer.kind === 'out-of-reach') best = answer
    }
    return best
  }

  async function ask(topology: Topology, resource: Resource): Promise<Topmost> {
    const before = failures.get(topology.id)
    if (before !== undefined && before.inARow >= maxFailures) return { kind: before.kind }
    try {
      const what = `topology ${topology.id}`
      const owners = understandOwners(
        what,
        await callPort(parts, what, ctx, (within) => topology.owners(resource, within)),
      )
      failures.delete(topology.id)
      return owners === undefined ? { kind: 'untold' } : { kind: 'known', resource: owners.at(-1) ?? resource }
    } catch (error) {
      ctx.signal.throwIfAborted()
      const kind = MendkitError.is(error, 'unavailable') ? 'out-of-reach' : 'untold'
      failures.set(topology.id, { inARow: (failures.get(topology.id)?.inARow ?? 0) + 1, kind })
      parts.metrics.count('mendkit_topology_failures_total', { topology: topology.id })
      parts.log.warn(
        describeFailure(`topology ${topology.id} did not tell the owners of ${resourceKey(resource)}`, error),
      )
      return { kind }
    }
  }

  return (resource) => {
    const key = resourceKey(resource)
    const before = known.get(key)
    if (before !== undefined) return before
    const asked = slots(() => lookUp(resource))
    known.set(key, asked)
    return asked
  }
}
