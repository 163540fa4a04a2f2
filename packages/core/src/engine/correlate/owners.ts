import { MendkitError } from '../../errors.ts'
import { type Resource, resourceKey } from '../../model/resource.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Topology } from '../../ports/topology.ts'
import { message } from '../../redact/message.ts'
import { callPort } from '../call.ts'
import { describeFailure } from '../failure.ts'
import { createSlots } from '../notices/slots.ts'
import type { Parts } from '../parts.ts'
import { checkedResource } from './resource-schema.ts'

/** The topmost owner of a resource: itself when nothing owns it, undefined when no topology could tell. */
export type TopmostOf = (resource: Resource) => Promise<Resource | undefined>

/** Look-ups under way at once. */
const maxAtOnce = 16
/** After so many failures in a row a topology is left alone for the rest of the sweep. */
const maxFailures = 3

/**
 * Looks up topmost owners, each resource once. A topology that fails is logged and counted, and the next one is asked;
 * one that keeps failing is not asked again, so that it cannot hold up a storm.
 */
export function createTopmostOf(parts: Parts, ctx: CallContext): TopmostOf {
  const known = new Map<string, Promise<Resource | undefined>>()
  const slots = createSlots(maxAtOnce)
  const failures = new Map<string, number>()

  async function lookUp(resource: Resource): Promise<Resource | undefined> {
    for (const topology of parts.topologies) {
      if ((failures.get(topology.id) ?? 0) >= maxFailures) continue
      const answer = await ask(topology, resource)
      if (answer !== undefined) return answer
    }
    return undefined
  }

  async function ask(topology: Topology, resource: Resource): Promise<Resource | undefined> {
    try {
      const owners = await callPort(parts, `topology ${topology.id}`, ctx, (within) =>
        topology.owners(resource, within),
      )
      failures.set(topology.id, 0)
      if (owners === undefined) return undefined
      return owners.length === 0 ? resource : checkedOwner(topology, owners.at(-1))
    } catch (error) {
      ctx.signal.throwIfAborted()
      failures.set(topology.id, (failures.get(topology.id) ?? 0) + 1)
      parts.metrics.count('mendkit_topology_failures_total', { topology: topology.id })
      parts.log.warn(
        describeFailure(`topology ${topology.id} did not tell the owners of ${resourceKey(resource)}`, error),
      )
      return undefined
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

function checkedOwner(topology: Topology, owner: unknown): Resource {
  const checked = checkedResource(owner)
  if (checked !== undefined) return checked
  throw new MendkitError('bad-response', message`topology ${topology.id} answered an owner that is no resource`)
}
