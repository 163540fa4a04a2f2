import { describeResource, type Rule, type RuleFinding } from '@mendkit/core'
import { type Picture, picturesOf, seen } from './rule-picture.ts'

/** A rollout whose pods crash or never become ready is rolled back, unless it is a rollback of ours. */
export const badRollout: Rule = {
  id: 'kubernetes.bad-rollout',
  description: 'A crash loop, or a failing readiness probe, that began with a rollout.',
  match(view) {
    for (const picture of picturesOf(view)) {
      const finding = crashing(picture) ?? unready(picture)
      if (finding !== undefined) return finding
    }
    return undefined
  },
}

function crashing(picture: Picture): RuleFinding | undefined {
  const failing = picture.count('pods.current.crash-looping')
  // Without a readiness probe a pod counts as available before it crashes. So a rollout that looks complete is still to
  // blame when more of its pods crash than work; when fewer do, it is rather the pod.
  const toBlame = picture.rolloutComplete === false || failing > picture.count('pods.current.ready')
  if (failing === 0 || !toBlame) return undefined
  return rollBack(picture, 'crash loop', [
    picture.fact('pods.current.crash-looping'),
    picture.fact('event.restart-back-off'),
  ])
}

function unready(picture: Picture): RuleFinding | undefined {
  const probes = picture.fact('event.readiness-failed')
  if (picture.rolloutComplete !== false) return undefined
  if (picture.count('pods.current.unready') === 0 || probes === undefined) return undefined
  return rollBack(picture, 'failing readiness', [picture.fact('pods.current.unready'), probes])
}

/** The finding that a rollout is to blame; `undefined` when it is not recent, is ours, or has nothing before it. */
export function rollBack(
  picture: Picture,
  what: string,
  symptoms: readonly ReturnType<Picture['fact']>[],
): RuleFinding | undefined {
  const { resource, fact, rolledOutRecently, rolloutIsOurs, previousRevision: previous } = picture
  if (!rolledOutRecently || rolloutIsOurs || previous === undefined) return undefined
  const key = previous.name === 'rollout.previous-replica-set' ? 'replicaSet' : 'controllerRevision'
  const revision = fact('rollout.revision')?.value
  const image = fact('rollout.image')?.value
  const ready = fact('rollout.previous-ready')
  const before = Number(ready?.value ?? 0) > 0 ? 'the newest before it with ready pods' : 'the one before it'
  return {
    seen: seen(
      ...symptoms,
      fact('rollout.started-at'),
      fact('rollout.complete'),
      previous,
      fact('rollout.by-mendkit'),
      ready,
    ),
    cause: 'bad-rollout',
    summary: `${describeResource(resource)}: ${what} began with the rollout of revision ${revision} (${image}); ${before} is ${fact('rollout.previous-revision')?.value} (${fact('rollout.previous-image')?.value}).`,
    rootCause: resource,
    actions: [{ type: 'kubernetes.rollout-undo', params: { [key]: String(previous.value) }, target: resource }],
  }
}
