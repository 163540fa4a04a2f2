import { describeResource, type Rule, type RuleFinding } from '@mendkit/core'
import { type Subject, seen, subjectsWith } from './rule-picture.ts'

/** The alert of the kubernetes-mixin, which fires only where the two bounds differ. */
const MAXED_OUT = 'KubeHpaMaxedOut'

/**
 * An autoscaler that wants more replicas than its maximum, while all that there are work, gets a maximum half as high
 * again, as far as `maxReplicas` and the quotas let it. Not one whose bounds are the same: somebody fixed the number.
 */
export const autoscalerAtMaximum: Rule = {
  id: 'kubernetes.autoscaler-at-maximum',
  description: 'An autoscaler that its own maximum keeps from scaling up, while its quotas would let it.',
  match({ facts, symptoms }) {
    const alerted = symptoms.some(({ alertname }) => alertname === MAXED_OUT)
    for (const subject of subjectsWith(facts, 'autoscaler.max-replicas')) {
      const finding = atMaximum(subject, alerted)
      if (finding !== undefined) return finding
    }
    return undefined
  },
}

function atMaximum({ resource, fact }: Subject, alerted: boolean): RuleFinding | undefined {
  const [min, max, room] = ['min-replicas', 'max-replicas', 'room'].map((name) => fact(`autoscaler.${name}`))
  const limited = fact('autoscaler.limited-by')?.value === 'TooManyReplicas'
  const full = fact('autoscaler.at-maximum')?.value === true
  if (max === undefined || min === undefined || !(limited || (full && alerted))) return undefined
  const ready = fact('autoscaler.replicas-all-ready')
  // Where replicas fail, more of them are no help.
  const proposed = min.value !== max.value && ready?.value === true ? room : undefined
  const to = Number(max.value) + Number(proposed?.value ?? 0)
  const scales = fact('autoscaler.scales')?.value
  const summary = `${describeResource(resource)}: its maximum of ${max.value} replicas keeps it from scaling up ${scales}`
  return {
    seen: seen(limited ? fact('autoscaler.limited-by') : fact('autoscaler.at-maximum'), max, min, ready, room),
    cause: 'autoscaler-at-maximum',
    summary: proposed === undefined ? `${summary}.` : `${summary}; quotas leave room for ${to}.`,
    rootCause: resource,
    actions:
      proposed === undefined
        ? []
        : [
            {
              type: 'kubernetes.set-autoscaler-bounds',
              params: { min: Number(min.value), max: to },
              target: resource,
            },
          ],
  }
}
