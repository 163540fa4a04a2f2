import { describeResource, type Rule } from '@mendkit/core'
import { seen, subjectsWith } from './rule-picture.ts'

const REFUSALS = ['quota-exceeded', 'webhook-failed'] as const
const causes = { 'quota-exceeded': 'quota-exceeded', 'webhook-failed': 'webhook-failing' } as const

/** A workload that lacks pods because a quota or an admission webhook lets none be made. */
export const podsRefused: Rule = {
  id: 'kubernetes.pods-refused',
  description: 'Pods that a ResourceQuota or a failing admission webhook keeps from being made.',
  match({ facts }) {
    const lacking = facts.find(({ name, value }) => name === 'workload.all-available' && value === false)
    if (lacking?.resource === undefined) return undefined
    for (const refusal of REFUSALS) {
      const [refuser] = subjectsWith(facts, `refused.${refusal}`)
      if (refuser === undefined) continue
      const why = refusal === 'quota-exceeded' ? 'is used up' : 'does not answer for its webhook'
      return {
        seen: seen(lacking, ...refuser.facts.filter(({ name }) => name === `refused.${refusal}`)),
        cause: causes[refusal],
        summary: `${describeResource(lacking.resource)} lacks pods: ${describeResource(refuser.resource)} ${why}.`,
        rootCause: refuser.resource,
      }
    }
    return undefined
  },
}
