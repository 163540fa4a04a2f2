import { describeResource, type Rule } from '@mendkit/core'
import { seen, subjectsWith } from './rule-picture.ts'

/** The alert of the kubernetes-mixin about containers that are held back by their limit. */
const THROTTLED = 'CPUThrottlingHigh'

/** A workload whose containers have a CPU limit, all of whose pods work, and that an alert says is held back by it. */
export const cpuThrottled: Rule = {
  id: 'kubernetes.cpu-throttled',
  description: 'A workload that is held back by its CPU limit, by the word of CPUThrottlingHigh.',
  match({ facts, symptoms }) {
    if (!symptoms.some(({ alertname }) => alertname === THROTTLED)) return undefined
    for (const { resource, facts: own, fact } of subjectsWith(facts, 'workload.all-available')) {
      const limits = own.filter(({ name }) => /^container\..*\.cpu-limit$/.test(name))
      const [limit] = limits
      if (limit === undefined || fact('workload.all-available')?.value !== true) continue
      return {
        seen: seen(...limits, fact('workload.all-available')),
        cause: 'cpu-throttled',
        summary: `${describeResource(resource)} works, and is held back by its CPU limit of ${limit.value}.`,
        rootCause: resource,
      }
    }
    return undefined
  },
}
