import { type Resource, resourceKey } from '../../model/resource.ts'
import type { Investigation } from '../../ports/investigation.ts'

/** An object under its short name. */
export interface Handle {
  readonly handle: string
  readonly resource: Resource
  /** Whether evidence names it. What only a recorded change names can be read and be the cause; nothing is done to it. */
  readonly seen: boolean
}

/** Short names of the objects that an incident, its symptoms, its evidence and recorded changes name: all that a model can point at. */
export interface Handles {
  /** The handle of an object; undefined for one that none of them names. Once given it stays. */
  of(resource: Resource): string | undefined
  /** What was given under this name. */
  find(handle: string): Handle | undefined
  /** What was given so far, in order. */
  given(): readonly Handle[]
}

/**
 * Gives handles out in the order in which they are asked for. They come from objects that machines named, never from a
 * text, so nothing that somebody writes into a log makes one.
 */
export function handlesOf(investigation: Investigation): Handles {
  const given = new Map<string, string>()
  const objectOf = ([key, handle]: readonly [string, string]): readonly Handle[] => {
    const seen = latestOf(key, namedBy(investigation))
    const resource = seen ?? latestOf(key, changedIn(investigation))
    return resource === undefined ? [] : [{ handle, resource, seen: seen !== undefined }]
  }
  return {
    of(resource) {
      const key = resourceKey(resource)
      const known = given.get(key)
      if (known !== undefined) return known
      const handle = `t${given.size + 1}`
      if (objectOf([key, handle]).length === 0) return undefined
      given.set(key, handle)
      return handle
    },
    find: (handle) => [...given].filter((each) => each[1] === handle).flatMap(objectOf)[0],
    given: () => [...given].flatMap(objectOf),
  }
}

/** The object as it was named last, so that the identity is that of the one that was read. */
function latestOf(key: string, named: Iterable<Resource>): Resource | undefined {
  let latest: Resource | undefined
  for (const resource of named) {
    if (resourceKey(resource) !== key) continue
    if (latest === undefined || resource.uid !== undefined) latest = resource
  }
  return latest
}

function* changedIn({ changes }: Investigation): Iterable<Resource> {
  for (const { resource } of changes) if (resource !== undefined) yield resource
}

function* namedBy({ incident, symptoms, evidence }: Investigation): Iterable<Resource> {
  if (incident.resource !== undefined) yield incident.resource
  for (const { resource } of symptoms) if (resource !== undefined) yield resource
  for (const { resource, facts } of evidence()) {
    if (resource !== undefined) yield resource
    for (const fact of facts) if (fact.resource !== undefined) yield fact.resource
  }
}
