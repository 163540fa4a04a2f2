import { describeResource, type Rule } from '@mendkit/core'
import { seen, subjectsWith } from './rule-picture.ts'

/** A disruption budget that lets no pod go even when all are healthy: no drain can ever end. */
export const blockingBudget: Rule = {
  id: 'kubernetes.disruption-budget-blocks',
  description: 'A PodDisruptionBudget that allows no disruption although all its pods are healthy.',
  match({ facts }) {
    for (const { resource, fact } of subjectsWith(facts, 'budget.disruptions-allowed')) {
      const [allowed, healthy, wanted] = ['disruptions-allowed', 'healthy', 'expected-pods'].map((name) =>
        fact(`budget.${name}`),
      )
      // While pods are missing it is right to hold on to the others.
      if (allowed?.value !== 0 || wanted === undefined || Number(healthy?.value) < Number(wanted.value)) continue
      return {
        seen: seen(allowed, healthy, wanted, fact('budget.min-available'), fact('budget.max-unavailable')),
        cause: 'disruption-budget-blocks',
        summary: `${describeResource(resource)} lets none of its ${wanted.value} pods go although all are healthy.`,
        rootCause: resource,
      }
    }
    return undefined
  },
}
