import { describeResource, type Rule } from '@mendkit/core'
import { factsOfPods, picturesOf, seen } from './rule-picture.ts'

/** Pods that never start because an init container fails again and again. */
export const failingInitContainer: Rule = {
  id: 'kubernetes.init-container-failing',
  description: 'Pods that never start because one of their init containers fails.',
  match(view) {
    for (const picture of picturesOf(view)) {
      const failing = factsOfPods(view, picture).find(({ name }) => name === 'pod.init-failing')
      const backOff = picture.fact('event.restart-back-off')
      if (failing === undefined || backOff === undefined) continue
      return {
        seen: seen(failing, backOff),
        cause: 'init-container-failing',
        summary: `${describeResource(picture.resource)}: its init container ${failing.value} fails again and again.`,
        rootCause: picture.resource,
      }
    }
    return undefined
  },
}
