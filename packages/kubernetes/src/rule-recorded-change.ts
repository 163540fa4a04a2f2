import { describeResource, type Rule, type RuleView } from '@mendkit/core'
import { kebab } from './kebab.ts'
import { type Picture, picturesOf, seen } from './rule-picture.ts'

/** A failure that begins within this time after a change is taken to stem from it. */
const WINDOW_MS = 30 * 60_000
const FAILING = ['crash-looping', 'unready', 'pending'] as const

/** A workload that fails since somebody changed a ConfigMap or Secret that it reads, and that was not rolled out since. */
export const changedConfig: Rule = {
  id: 'kubernetes.changed-config',
  description: 'A workload that fails since a recorded change of a ConfigMap or Secret that it reads.',
  match(view) {
    for (const picture of picturesOf(view)) {
      const failing = FAILING.map((state) => picture.fact(`pods.current.${state}`)).find((fact) => fact !== undefined)
      const changed = changedBefore(view, picture)
      if (failing === undefined || changed === undefined || picture.rolledOutRecently) continue
      return {
        seen: seen(failing, changed.read),
        cause: 'recorded-change',
        summary: `${describeResource(picture.resource)} fails since ${describeResource(changed.resource)} was changed, which it reads.`,
        rootCause: changed.resource,
      }
    }
    return undefined
  },
}

/** The latest change shortly before the incident of something that the workload reads. */
function changedBefore({ changes, incident }: RuleView, { resource: workload, fact }: Picture) {
  return changes
    .filter(({ at }) => at <= incident.openedAt && incident.openedAt - at <= WINDOW_MS)
    .toSorted((a, b) => b.at - a.at)
    .flatMap(({ resource }) => {
      if (resource === undefined || resource.namespace !== workload.namespace) return []
      const read = fact(`workload.reads.${kebab(resource.kind)}.${resource.name}`)
      return read === undefined ? [] : [{ resource, read }]
    })[0]
}
