import { type CitableFact, describeResource, type Rule, type RuleView } from '@mendkit/core'
import { type Picture, picturesOf, seen } from './rule-picture.ts'

/** One pod that fails among ready siblings of the same revision is evicted: it is the pod, not what it runs. */
export const wedgedPod: Rule = {
  id: 'kubernetes.wedged-pod',
  description: 'A single pod that fails while its siblings of the same revision are ready.',
  match(view) {
    for (const picture of picturesOf(view)) {
      const pod = onlyFailingPod(view, picture)
      if (pod?.resource === undefined) continue
      const symptom =
        pod.value === 'unready' ? picture.fact('event.readiness-failed') : picture.fact('event.restart-back-off')
      if (symptom === undefined) continue
      return {
        seen: seen(pod, symptom, picture.fact('pods.current.ready')),
        cause: 'wedged-pod',
        summary: `${describeResource(pod.resource)} is ${pod.value} while ${picture.count('pods.current.ready')} pods of the same revision are ready.`,
        rootCause: pod.resource,
        actions: [{ type: 'kubernetes.evict-pod', params: {}, target: pod.resource }],
      }
    }
    return undefined
  },
}

function onlyFailingPod(view: RuleView, picture: Picture): CitableFact | undefined {
  const { count, rolledOutRecently, rolloutComplete } = picture
  const failing = count('pods.current.unready') + count('pods.current.crash-looping')
  const others = count('pods.current.image-pull-failing') + count('pods.old.unready') + count('pods.old.crash-looping')
  if (failing !== 1 || others > 0 || count('pods.current.ready') === 0) return undefined
  // While a rollout is under way, a pod that is not ready is what one would expect; and it may be, where that was not read.
  if (rolloutComplete === undefined || (rolledOutRecently && !rolloutComplete)) return undefined
  const tool = (picture.fact('pods.current.unready') ?? picture.fact('pods.current.crash-looping'))?.citation.evidenceId
  return view.facts.find(
    ({ name, value, citation }) =>
      name === 'pod.state' && citation.evidenceId === tool && (value === 'unready' || value === 'crash-looping'),
  )
}
