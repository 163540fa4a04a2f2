import { describeResource, type Rule } from '@mendkit/core'
import { picturesOf, seen } from './rule-picture.ts'

/** A workload that fails although we rolled it back, or rolled it out, is for a person: the rollout before was not the cause. */
export const ownRollbackFailing: Rule = {
  id: 'kubernetes.own-rollback-failing',
  description: 'A workload whose newest rollout is ours, such as a rollback, and that fails all the same.',
  match(view) {
    for (const picture of picturesOf(view)) {
      const symptom =
        picture.fact('pods.current.crash-looping') ??
        picture.fact('pods.current.image-pull-failing') ??
        picture.fact('pods.current.unready')
      if (!picture.rolloutIsOurs || symptom === undefined) continue
      return {
        seen: seen(symptom, picture.fact('rollout.by-mendkit'), picture.fact('rollout.started-at')),
        cause: 'rollback-did-not-help',
        summary: `${describeResource(picture.resource)} fails although its newest rollout is Mendkit's own, so the one before was not the cause.`,
        rootCause: picture.resource,
        handOver: true,
      }
    }
    return undefined
  },
}
