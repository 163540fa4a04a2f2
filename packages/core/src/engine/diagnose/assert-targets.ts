import { MendkitError } from '../../errors.ts'
import { describeResource, type Resource, resourceKey } from '../../model/resource.ts'
import type { Analysis } from '../../ports/analysis.ts'
import type { Investigation } from '../../ports/investigation.ts'
import { message } from '../../redact/message.ts'

/**
 * Refuses an action on an object that nothing machine-read names: the incident, its symptoms, its evidence and their facts do,
 * and whatever else an analyzer has heard of may have come from a text. Throws `invalid` with the path of the first.
 */
export function assertTargets(analyzer: string, { actions }: Analysis, investigation: Investigation): void {
  const uids = new Map<string, Set<string>>()
  for (const resource of namedBy(investigation)) {
    const known = uids.get(resourceKey(resource)) ?? new Set()
    uids.set(resourceKey(resource), resource.uid === undefined ? known : known.add(resource.uid))
  }
  for (const [index, { type, target }] of actions.entries()) {
    if (target === undefined) continue
    const known = uids.get(resourceKey(target))
    // Whoever names an object without its identity means the one that has the name now.
    const isIt = known !== undefined && (target.uid === undefined || known.size === 0 || known.has(target.uid))
    if (isIt) continue
    const what = `${describeResource(target)} of ${target.cluster}`
    const problem =
      known === undefined
        ? 'no evidence of this incident names it'
        : `the one that evidence names is another object, as the UID ${target.uid} is not its own`
    throw new MendkitError('invalid', message`analyzer ${analyzer}: the target of ${type} is ${what}: ${problem}`, {
      path: `actions[${index}].target`,
    })
  }
}

function* namedBy({ incident, symptoms, evidence }: Investigation): Iterable<Resource> {
  if (incident.resource !== undefined) yield incident.resource
  for (const { resource } of symptoms) if (resource !== undefined) yield resource
  for (const each of evidence()) {
    if (each.resource !== undefined) yield each.resource
    for (const { resource } of each.facts) if (resource !== undefined) yield resource
  }
}
