import { describeResource, type Rule } from '@mendkit/core'
import { rollBack } from './rule-bad-rollout.ts'
import { factsOfPods, picturesOf, seen } from './rule-picture.ts'

/** Pods that no node takes: rolled back when that came with a rollout. Those that wait for a claim are explained by it. */
export const unschedulable: Rule = {
  id: 'kubernetes.unschedulable',
  description: 'Pods that no node takes: for a taint, an affinity, or what they ask for.',
  match(view) {
    for (const picture of picturesOf(view)) {
      const pod = factsOfPods(view, picture).find(({ name }) => name === 'pod.unschedulable')
      if (pod === undefined || pod.value === 'unbound-claim') continue
      const symptoms = [pod, picture.fact('event.failed-scheduling')]
      const found = {
        cause: 'unschedulable',
        summary: `${describeResource(picture.resource)}: no node takes its pods (${pod.value}).`,
        rootCause: picture.resource,
      }
      const stuck = picture.rolloutComplete === false
      const rolledBack = stuck ? rollBack(picture, 'pods that no node takes', symptoms) : undefined
      return rolledBack === undefined ? { seen: seen(...symptoms), ...found } : { ...rolledBack, ...found }
    }
    return undefined
  },
}
