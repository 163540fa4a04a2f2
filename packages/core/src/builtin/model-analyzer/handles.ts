import { type Resource, resourceKey } from '../../model/resource.ts'
import type { Investigation } from '../../ports/investigation.ts'

/** Short names of the objects that an incident, its symptoms and its evidence name: all that a model can point at. */
export interface Handles {
  /** The handle of an object; undefined for one that no evidence names. Once given it stays. */
  of(resource: Resource): string | undefined
  /** The object behind a handle that was given. */
  resource(handle: string): Resource | undefined
  /** What was given so far, in order. */
  given(): readonly { readonly handle: string; readonly resource: Resource }[]
}

/**
 * Gives handles out in the order in which they are asked for. They come from objects that machines named, never from a
 * text, so nothing that somebody writes into a log makes one.
 */
export function handlesOf(investigation: Investigation): Handles {
  const given = new Map<string, { readonly handle: string; readonly resource: Resource }>()
  return {
    of(resource) {
      const key = resourceKey(resource)
      const known = given.get(key)
      if (known !== undefined) return known.handle
      const named = latestOf(key, investigation)
      if (named === undefined) return undefined
      const handle = `t${given.size + 1}`
      given.set(key, { handle, resource: named })
      return handle
    },
    resource: (handle) => [...given.values()].find((each) => each.handle === handle)?.resource,
    given: () => [...given.values()],
  }
}

/** The object as the latest evidence names it, so that the identity is that of the one that was read. */
function latestOf(key: string, investigation: Investigation): Resource | undefined {
  let latest: Resource | undefined
  for (const resource of namedBy(investigation)) {
    if (resourceKey(resource) !== key) continue
    if (latest === undefined || resource.uid !== undefined) latest = resource
  }
  return latest
}

function* namedBy({ incident, symptoms, evidence }: Investigation): Iterable<Resource> {
  if (incident.resource !== undefined) yield incident.resource
  for (const { resource } of symptoms) if (resource !== undefined) yield resource
  for (const { resource, facts } of evidence()) {
    if (resource !== undefined) yield resource
    for (const fact of facts) if (fact.resource !== undefined) yield fact.resource
  }
}
