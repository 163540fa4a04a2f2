import { type CitableFact, describeResource, type Rule, type RuleView } from '@mendkit/core'
import { amountOf } from './quantity.ts'
import { type Picture, picturesOf, seen } from './rule-picture.ts'

const MI = 2 ** 20
/** The highest limit that `kubernetes.set-resources` takes. */
const MOST = 2 ** 40

/**
 * A container that is killed again and again for want of memory gets twice its limit. Not after a rollout that may be to
 * blame, and not once more when the last rollout was ours: then a higher limit has not helped.
 */
export const outOfMemory: Rule = {
  id: 'kubernetes.out-of-memory',
  description: 'A container that is killed again and again because it uses more memory than its limit.',
  match(view) {
    for (const picture of picturesOf(view)) {
      const { resource, fact, rolledOutRecently, rolloutIsOurs, previousRevision } = picture
      const found = killedContainer(view, picture)
      const rollout = rolledOutRecently && previousRevision !== undefined
      if (found === undefined || rollout || rolloutIsOurs) continue
      const { container, killed, limit } = found
      const next = twice(String(limit.value))
      return {
        seen: seen(killed, fact('pods.current.crash-looping'), fact('event.restart-back-off'), limit),
        cause: 'out-of-memory',
        summary: `${describeResource(resource)}: container ${container} is killed for using more memory than its limit of ${limit.value}.`,
        rootCause: resource,
        actions:
          next === undefined
            ? []
            : [{ type: 'kubernetes.set-resources', params: { container, limits: { memory: next } }, target: resource }],
      }
    }
    return undefined
  },
}

/** A container of the workload's failing pods that was killed, with the limit that its template gives. */
function killedContainer(view: RuleView, { fact }: Picture) {
  const failing = fact('pods.current.crash-looping')
  if (failing === undefined) return undefined
  const ofPods = view.facts.filter(({ citation }) => citation.evidenceId === failing.citation.evidenceId)
  for (const killed of ofPods.filter(isOutOfMemory)) {
    const container = killed.name.slice('container.'.length, -'.ended-by'.length)
    const limit = fact(`container.${container}.memory-limit`)
    if (limit !== undefined) return { container, killed, limit }
  }
  return undefined
}

function isOutOfMemory({ name, value }: CitableFact): boolean {
  return name.startsWith('container.') && name.endsWith('.ended-by') && value === 'OOMKilled'
}

function twice(limit: string): string | undefined {
  const bytes = (amountOf(limit) ?? 0) * 2
  const rounded = Math.ceil(bytes / MI) * MI
  return rounded > 0 && rounded <= MOST ? `${rounded / MI}Mi` : undefined
}
