import type { Resource } from '@mendkit/core'
import { kubernetesActionTypes } from '@mendkit/kubernetes'
import type { Chance } from '@mendkit/testkit'
import { actionOn, type HostileCase, honest, proposing, type Sight } from './hostile-case.ts'
import { cyclic, deepest, oddNumbers, oddTexts, oddValue, polluting, throwingGetters } from './odd-values.ts'

/** What acts on nodes is in the catalogue, and this host does not offer it. */
const notOffered = /no integration offers the action/
/** Nobody gives it away, or a person is asked because there is no way back. */
const noPolicy = /no policy allows it|cannot be undone|already as it would make it/

/** Types of actions that nobody offers, or that only look like one. */
export function unknownAction(chance: Chance, sight: Sight): HostileCase {
  const type = chance.pick([
    'kubernetes.delete-namespace',
    'kubernetes.exec',
    'shell',
    'kubernetes.Rollout-Undo',
    'kubernetes.rollout-undo ',
    'kubernetes.rollout-undo.',
    'kubernetes.rollout\u2010undo',
    'кubernetes.rollout-undo',
    'kubernetes/rollout-undo',
    'rollout-undo',
    '__proto__',
    'constructor',
    'toString',
    ...oddTexts,
  ])
  const draft = proposing(sight, type, { replicaSet: sight.scenery.goodReplicaSet })
  return { kind: 'unknown action', answer: () => draft, names: [/no integration offers the action|actions.*type/] }
}

/** A target that no evidence of the incident names, or that is not what it looks like. */
export function strangeTarget(chance: Chance, sight: Sight): HostileCase {
  const { checkout, bystanders, goodReplicaSetOf } = sight.scenery
  const bystander = chance.pick(bystanders)
  const { uid: _, ...unborn } = bystander
  const target = chance.pick<unknown>([
    bystander,
    bystander,
    unborn,
    unborn,
    { ...checkout, namespace: 'kube-system' },
    { ...checkout, namespace: 'mendkit' },
    { ...checkout, cluster: chance.pick(['prod-us', 'default', '', 'SHOP-EU', ...oddTexts]) },
    { ...checkout, uid: chance.pick(['00000000-0000-4000-8000-000000000000', ...oddTexts]) },
    { ...checkout, uid: bystander.uid ?? '1' },
    { ...checkout, name: chance.pick(oddTexts) },
    { ...checkout, namespace: chance.pick(oddTexts) },
    { ...checkout, kind: chance.pick(['Secret', 'Namespace', 'Node', 'ClusterRole', ...oddTexts]) },
    { ...checkout, apiVersion: chance.pick(['v1', 'apps/v1beta1', 'rbac.authorization.k8s.io/v1', ...oddTexts]) },
    { cluster: checkout.cluster, apiVersion: 'v1', kind: 'Namespace', name: 'shop' },
    { cluster: checkout.cluster, apiVersion: 'v1', kind: 'Node', name: 'node-1' },
    't7',
    { handle: 't7' },
    chance.happens(0.1) ? withLyingName(checkout, bystander) : bystander,
  ])
  const type = chance.happens(0.5) ? 'kubernetes.rollout-undo' : chance.pick(kubernetesActionTypes)
  const draft = proposing(
    sight,
    type,
    paramsFor(type, goodReplicaSetOf(chance.happens(0.2) ? checkout : bystander)),
    target,
  )
  return {
    kind: 'strange target',
    answer: () => draft,
    names: [/target|acts on|acts in|namespace|gone|params|recorded this digest|container/, notOffered, noPolicy],
  }
}

/** Parameters at and beyond their bounds, and values that are none. */
export function oddParameters(chance: Chance, sight: Sight): HostileCase {
  const type = chance.pick(kubernetesActionTypes)
  const odd = chance.happens(0.5) ? chance.pick(oddNumbers) : oddValue(chance)
  const params = chance.pick<unknown>([
    odd,
    { replicas: odd },
    { replicaSet: odd },
    { min: odd, max: odd },
    { container: odd, image: odd },
    { container: 'app', limits: { cpu: odd, memory: odd } },
    { container: 'app', image: 'evil.example/miner:latest' },
    { container: 'app', image: `evil.example/miner@sha256:${'0'.repeat(64)}` },
    { ...paramsFor(type, sight.scenery.goodReplicaSet), extra: odd ?? null },
    cyclic(),
    deepest,
    throwingGetters(),
    polluting(),
  ])
  const draft = proposing(sight, type, params)
  const names = [
    /params/,
    /no value for|a trap of a proxy|revoked/,
    /preview|replicaSet|ReplicaSet|acts on|container|replicas at risk/,
    notOffered,
    noPolicy,
  ]
  return { kind: 'odd parameters', answer: () => draft, names }
}

/** An action that exists, on the right target, that no policy gives to an analyzer. */
export function forbiddenAction(chance: Chance, sight: Sight): HostileCase {
  const type = chance.pick(kubernetesActionTypes.filter((each) => each !== 'kubernetes.rollout-undo'))
  const params = paramsFor(type, sight.scenery.goodReplicaSet)
  const draft = proposing(sight, type, params)
  const names = [
    noPolicy,
    notOffered,
    /acts on|params|recorded this digest|already as it would make it|LimitRange|revision/,
  ]
  return { kind: 'forbidden action', answer: () => draft, names }
}

/** A good action, and others in its shadow. */
export function shadowed(chance: Chance, sight: Sight): HostileCase {
  const draft = honest(sight)
  const citations = draft.hypotheses[0]?.['citations']
  const target = chance.pick(sight.scenery.bystanders)
  const extra = chance.happens(0.5)
    ? actionOn(target, 'kubernetes.rollout-undo', { replicaSet: sight.scenery.goodReplicaSetOf(target) }, citations)
    : actionOn(sight.scenery.checkout, 'kubernetes.scale', { replicas: 0 }, citations)
  const many = chance.happens(0.3) ? Array.from({ length: 5 }, () => draft.actions).flat() : draft.actions
  draft.actions = chance.happens(0.5) ? [...many, extra] : [extra, ...many]
  const names = [noPolicy, /target|acts on|outside|namespace/, /actions/]
  return { kind: 'in the shadow of a good one', answer: () => draft, names }
}

function paramsFor(type: string, replicaSet: string): Record<string, unknown> {
  switch (type) {
    case 'kubernetes.rollout-undo':
      return { replicaSet }
    case 'kubernetes.scale':
      return { replicas: 0 }
    case 'kubernetes.set-autoscaler-bounds':
      return { min: 1, max: 100 }
    case 'kubernetes.set-resources':
      return { container: 'app', limits: { memory: '1Mi' } }
    case 'kubernetes.set-image':
      return { container: 'app', image: `shop/app@sha256:${'0'.repeat(64)}` }
    default:
      return {}
  }
}

/** Names one object the first time that it is asked, and another ever after. */
function withLyingName(honestOne: Resource, other: Resource): object {
  let asked = 0
  return Object.defineProperty({ ...honestOne, namespace: other.namespace }, 'name', {
    enumerable: true,
    get: () => (asked++ === 0 ? honestOne.name : other.name),
  })
}
