import { describeResource, type Rule } from '@mendkit/core'
import { picturesOf, seen } from './rule-picture.ts'

/** A readiness probe that is refused on a port that its container does not say it opens. */
export const probePortWrong: Rule = {
  id: 'kubernetes.probe-port-wrong',
  description: 'A readiness probe on a port that its container does not open.',
  match(view) {
    for (const { resource, facts, fact } of picturesOf(view)) {
      const closed = facts.find(({ name }) => name.endsWith('.probe-port-not-opened'))
      const refused = fact('event.readiness-refused')
      if (closed === undefined || refused === undefined || fact('pods.current.unready') === undefined) continue
      return {
        seen: seen(fact('pods.current.unready'), closed, refused),
        cause: 'probe-port-wrong',
        summary: `${describeResource(resource)}: its readiness is probed on port ${closed.value}, which its container does not open.`,
        rootCause: resource,
      }
    }
    return undefined
  },
}
