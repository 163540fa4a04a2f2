import { describeResource, type Rule } from '@mendkit/core'
import { picturesOf, seen } from './rule-picture.ts'

/** Containers that do not end by themselves: their liveness probe has them killed. */
export const livenessKills: Rule = {
  id: 'kubernetes.liveness-kills',
  description: 'Containers that are restarted again and again because their liveness probe fails.',
  match(view) {
    for (const { resource, fact } of picturesOf(view)) {
      const failing = fact('pods.current.crash-looping') ?? fact('pods.current.unready')
      const killed = fact('event.liveness-killed')
      if (failing === undefined || killed === undefined) continue
      return {
        seen: seen(failing, killed, fact('event.liveness-failed')),
        cause: 'liveness-kills',
        summary: `${describeResource(resource)}: containers were killed ${killed.value} times because their liveness probe failed.`,
        rootCause: resource,
      }
    }
    return undefined
  },
}
