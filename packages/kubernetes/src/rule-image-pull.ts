import { describeResource, type Rule } from '@mendkit/core'
import { rollBack } from './rule-bad-rollout.ts'
import { picturesOf, seen } from './rule-picture.ts'

/** A rollout whose image cannot be pulled is rolled back, unless it is a rollback of ours. */
export const imagePullAfterRollout: Rule = {
  id: 'kubernetes.image-pull-after-rollout',
  description: 'An image that cannot be pulled since a rollout.',
  match(view) {
    for (const picture of picturesOf(view)) {
      const failing = picture.fact('pods.current.image-pull-failing')
      // Once every pod had the image, a pull that fails is the registry's or a node's trouble, not the rollout's.
      if (failing === undefined || picture.rolloutComplete !== false) continue
      const finding = rollBack(picture, 'an image that cannot be pulled', [
        failing,
        picture.fact('event.image-pull-failed'),
      ])
      if (finding !== undefined) return { ...finding, cause: 'image-not-pullable' }
    }
    return undefined
  },
}

const whys = {
  'image-pull-denied': 'the registry refuses the pull',
  'image-not-found': 'there is no such image',
} as const

/** An image that cannot be pulled, and why, by what the kubelets recorded. Not what a rollout brought. Nothing is proposed: nobody can tell what was meant. */
export const imagePullFailing: Rule = {
  id: 'kubernetes.image-pull-failing',
  description: 'An image that does not exist, or whose registry refuses the pull.',
  match(view) {
    if (imagePullAfterRollout.match(view) !== undefined) return undefined
    for (const { resource, fact } of picturesOf(view)) {
      const failing = fact('pods.current.image-pull-failing')
      if (failing === undefined) continue
      for (const cause of ['image-pull-denied', 'image-not-found'] as const) {
        const why = fact(`event.${cause}`)
        if (why === undefined) continue
        const summary = `${describeResource(resource)}: an image cannot be pulled: ${whys[cause]}.`
        return { seen: seen(failing, why), cause, summary, rootCause: resource }
      }
    }
    return undefined
  },
}
