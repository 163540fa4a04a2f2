import { describeResource, type Rule } from '@mendkit/core'
import { seen, subjectsWith } from './rule-picture.ts'

/** A claim that is not bound although something waits for it, or its storage could not be made. */
export const unboundClaim: Rule = {
  id: 'kubernetes.claim-not-bound',
  description: 'A PersistentVolumeClaim that is not bound, and that pods wait for or whose storage could not be made.',
  match({ facts }) {
    const waited = facts.find(
      ({ name, value }) => name === 'pod.unschedulable' && String(value).includes('unbound-claim'),
    )
    for (const { resource, fact } of subjectsWith(facts, 'claim.phase')) {
      const failed = fact('event.provisioning-failed')
      if (fact('claim.phase')?.value === 'Bound' || (failed === undefined && waited === undefined)) continue
      const storageClass = fact('claim.storage-class')
      return {
        seen: seen(fact('claim.phase'), storageClass, failed, waited),
        cause: 'claim-not-bound',
        summary: `${describeResource(resource)} is ${fact('claim.phase')?.value}${storageClass === undefined ? '' : `, of the storage class ${storageClass.value}`}.`,
        rootCause: resource,
      }
    }
    return undefined
  },
}
