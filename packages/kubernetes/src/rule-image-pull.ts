import type { Rule } from '@mendkit/core'
import { rollBack } from './rule-bad-rollout.ts'
import { picturesOf } from './rule-picture.ts'

/** A rollout whose image cannot be pulled is rolled back, unless it is a rollback of ours. */
export const imagePullAfterRollout: Rule = {
  id: 'kubernetes.image-pull-after-rollout',
  description: 'An image that cannot be pulled since a rollout.',
  match(view) {
    for (const picture of picturesOf(view)) {
      const failing = picture.fact('pods.current.image-pull-failing')
      // Once every pod had the image, a pull that fails is the registry's or a node's trouble, not the rollout's.
      if (failing === undefined || picture.rolloutComplete) continue
      const finding = rollBack(picture, 'an image that cannot be pulled', [
        failing,
        picture.fact('event.image-pull-failed'),
      ])
      if (finding !== undefined) return { ...finding, cause: 'image-not-pullable' }
    }
    return undefined
  },
}
