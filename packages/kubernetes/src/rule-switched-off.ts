import { describeResource, type Rule, type RuleFinding } from '@mendkit/core'
import { type Subject, seen, subjectsWith } from './rule-picture.ts'

/** A workload that an alert is about and that somebody scaled to zero, or whose rollout somebody paused half way. */
export const switchedOff: Rule = {
  id: 'kubernetes.switched-off',
  description: 'A workload that was scaled to zero, or whose rollout is paused half way.',
  match({ facts }) {
    for (const subject of subjectsWith(facts, 'workload.replicas-desired')) {
      const finding = scaledToZero(subject) ?? paused(subject)
      if (finding !== undefined) return finding
    }
    return undefined
  },
}

function scaledToZero({ resource, fact, facts }: Subject): RuleFinding | undefined {
  const desired = fact('workload.replicas-desired')
  // Autoscalers, and operators, take what nobody needs to zero.
  const isMeant = facts.some(({ name }) => /^workload\.managed-by-(autoscaler|operator)$/.test(name))
  if (desired?.value !== 0 || isMeant) return undefined
  return {
    seen: seen(desired, fact('workload.replicas-available')),
    cause: 'scaled-to-zero',
    summary: `${describeResource(resource)} is scaled to zero.`,
    rootCause: resource,
  }
}

function paused({ resource, fact }: Subject): RuleFinding | undefined {
  const [desired, updated] = [fact('workload.replicas-desired'), fact('workload.replicas-updated')]
  if (fact('workload.paused')?.value !== true || Number(updated?.value ?? 0) >= Number(desired?.value)) return undefined
  return {
    seen: seen(fact('workload.paused'), updated, desired),
    cause: 'rollout-paused',
    summary: `${describeResource(resource)}: its rollout is paused with ${updated?.value ?? 0} of ${desired?.value} pods of the newest revision.`,
    rootCause: resource,
  }
}
