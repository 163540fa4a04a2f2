import type { Action, ActionInput, EffectInput, JsonObject } from '@mendkit/core'
import { type Manifest, type SimulatedObject, simulatedCluster } from '@mendkit/testkit'
import { expect } from 'vitest'
import { actionOf, askFor, checkout, context, effectOf, integrationOn } from './scene.ts'

/** One action on one kind of object, on a cluster that holds `manifests`. */
export interface CatalogueCase {
  readonly type: string
  readonly kind: string
  readonly apiVersion?: string
  readonly manifests: (namespace: string) => readonly Manifest[]
  /** Also from the ControllerRevisions that the manifests lead to. */
  readonly params: JsonObject | ((revisions: readonly SimulatedObject[]) => JsonObject)
  /** Parameters that its schema refuses. */
  readonly refused: JsonObject
  /** What one effect changes, as the API server's audit log has it. */
  readonly changes: RegExp
  readonly irreversible?: boolean
  /** False for objects whose health nobody judges. @default true */
  readonly health?: boolean
}

/** A StatefulSet or DaemonSet named `checkout`. */
export function podSet(
  kind: 'StatefulSet' | 'DaemonSet',
  image: string,
  spec: object = {},
  metadata: object = {},
): Manifest {
  const { replicas: _, ...rest } = checkout(image)['spec'] as { replicas: number }
  const own = kind === 'StatefulSet' ? { replicas: 2, serviceName: 'checkout' } : {}
  const base = checkout(image, {}, metadata)
  return { ...base, kind, spec: { ...rest, ...own, ...spec } }
}

/** An autoscaler of the Deployment `checkout`, with the same name. */
export function autoscaler(bounds: object, metadata: object = {}): Manifest {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'checkout', namespace: 'shop', ...metadata },
    spec: { ...bounds, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout' } },
  }
}

/** A Job template whose pods never restart. */
const jobTemplate = {
  template: {
    metadata: { labels: { app: 'checkout' } },
    spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'shop/checkout:v1' }] },
  },
}

/** A CronJob `checkout` that never falls due. */
export function cronJob(metadata: object = {}): Manifest {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'checkout', namespace: 'shop', ...metadata },
    spec: { schedule: '0 0 30 2 *', jobTemplate: { spec: jobTemplate } },
  }
}

/** A Job `checkout` with these conditions. */
export function job(conditions: readonly object[], metadata: object = {}, status: object = {}): Manifest {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'checkout', namespace: 'shop', ...metadata },
    spec: { ...jobTemplate, backoffLimit: 0 },
    status: { conditions, ...status },
  }
}

/** Two images that are known by their digests. */
export const [imageOne, imageTwo] = ['1', '2'].map((digit) => `shop/checkout@sha256:${digit.repeat(64)}`) as [
  string,
  string,
]

/** UID of the ControllerRevision with this number. */
export function revisionNumbered(revisions: readonly SimulatedObject[], number: number): string {
  const found = revisions.find(({ revision }) => revision === number)
  if (found === undefined) throw new Error(`no ControllerRevision ${number}`)
  return found.metadata.uid
}

const healthy = (namespace: string) => [checkout('shop/checkout:v1', {}, { namespace })]

/** Every action that is a conditional patch, but for rollbacks of Deployments, which have tests of their own. */
export const catalogueCases: readonly CatalogueCase[] = [
  ...(['StatefulSet', 'DaemonSet'] as const).map((kind) => ({
    type: 'kubernetes.rollout-undo',
    kind,
    manifests: (namespace: string) =>
      ['shop/checkout:v1', 'shop/checkout:v2'].map((image) => podSet(kind, image, {}, { namespace })),
    params: (revisions: readonly SimulatedObject[]) => ({ controllerRevision: revisionNumbered(revisions, 1) }),
    refused: { controllerRevision: 'x', replicaSet: 'x' },
    changes: /^\/spec\/template\/spec\/containers$/,
  })),
  {
    type: 'kubernetes.rollout-restart',
    kind: 'Deployment',
    manifests: healthy,
    params: {},
    refused: { now: true },
    changes: /^\/spec\/template\/metadata\/annotations/,
    irreversible: true,
  },
  {
    type: 'kubernetes.rollout-restart',
    kind: 'StatefulSet',
    manifests: (namespace) => [podSet('StatefulSet', 'shop/checkout:v1', {}, { namespace })],
    params: {},
    refused: { now: true },
    changes: /^\/spec\/template\/metadata\/annotations/,
    irreversible: true,
  },
  {
    type: 'kubernetes.rollout-restart',
    kind: 'DaemonSet',
    manifests: (namespace) => [podSet('DaemonSet', 'shop/checkout:v1', {}, { namespace })],
    params: {},
    refused: { now: true },
    changes: /^\/spec\/template\/metadata\/annotations/,
    irreversible: true,
  },
  {
    type: 'kubernetes.rollout-pause',
    kind: 'Deployment',
    manifests: healthy,
    params: {},
    refused: { paused: true },
    changes: /^\/spec\/paused$/,
  },
  {
    type: 'kubernetes.rollout-resume',
    kind: 'Deployment',
    manifests: (namespace) => [...healthy(namespace), checkout('shop/checkout:v1', { paused: true }, { namespace })],
    params: {},
    refused: { paused: false },
    changes: /^\/spec\/paused$/,
  },
  {
    type: 'kubernetes.scale',
    kind: 'Deployment',
    manifests: healthy,
    params: { replicas: 5 },
    refused: { replicas: '+1' },
    changes: /^\/spec\/replicas$/,
  },
  {
    type: 'kubernetes.scale',
    kind: 'StatefulSet',
    manifests: (namespace) => [podSet('StatefulSet', 'shop/checkout:v1', {}, { namespace })],
    params: { replicas: 1 },
    refused: { replicas: -1 },
    changes: /^\/spec\/replicas$/,
  },
  {
    type: 'kubernetes.set-autoscaler-bounds',
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    manifests: (namespace) => [...healthy(namespace), autoscaler({ minReplicas: 2, maxReplicas: 4 }, { namespace })],
    params: { min: 3, max: 8 },
    refused: { min: 3, max: 2 },
    changes: /^\/spec\/(min|max)Replicas$/,
  },
  ...(['Deployment', 'StatefulSet', 'DaemonSet'] as const).map((kind) => ({
    type: 'kubernetes.set-resources',
    kind,
    manifests: (namespace: string) => [
      kind === 'Deployment'
        ? checkout('shop/checkout:v1', {}, { namespace })
        : podSet(kind, 'shop/checkout:v1', {}, { namespace }),
    ],
    params: { container: 'app', requests: { memory: '64Mi' }, limits: { cpu: '1500m', memory: '1024Mi' } },
    refused: { container: 'app', limits: { memory: 'plenty' } },
    changes: /^\/spec\/template\/spec\/containers$/,
  })),
  ...(['Deployment', 'StatefulSet', 'DaemonSet'] as const).map((kind) => ({
    type: 'kubernetes.set-image',
    kind,
    manifests: (namespace: string) =>
      [imageOne, imageTwo].map((image) =>
        kind === 'Deployment' ? checkout(image, {}, { namespace }) : podSet(kind, image, {}, { namespace }),
      ),
    params: { container: 'app', image: imageOne },
    refused: { container: 'app', image: 'shop/checkout:v1' },
    changes: /^\/spec\/template\/spec\/containers$/,
  })),
  {
    type: 'kubernetes.suspend-cronjob',
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    manifests: (namespace) => [cronJob({ namespace })],
    params: {},
    refused: { suspend: false },
    changes: /^\/spec\/suspend$/,
    health: false,
  },
]

/** The parameters of a case where these ControllerRevisions are. */
export function paramsOf({ params }: CatalogueCase, revisions: readonly SimulatedObject[]): JsonObject {
  return typeof params === 'function' ? params(revisions) : params
}

/** Where the target of a case is, in `shop`. */
export function referenceIn({ kind, apiVersion = 'apps/v1' }: CatalogueCase, namespace = 'shop') {
  return { apiVersion, kind, namespace, name: 'checkout' }
}

/** The case on a simulated cluster, with ways to preview it and to change its target. */
export function played(each: CatalogueCase) {
  const cluster = simulatedCluster()
  for (const manifest of each.manifests('shop')) {
    cluster.apply(manifest)
    cluster.settle()
  }
  const reference = referenceIn(each)
  const action = actionOf(each.type, integrationOn(cluster))
  const params = paramsOf(each, cluster.all('apps/v1', 'ControllerRevision', 'shop'))
  const input = askFor(cluster, params, { cluster: 'test', ...reference })
  /** Somebody else changes labels, annotations or fields of the target. */
  const change = (metadata: object, spec: object = {}) => {
    const object = cluster.find(reference)
    if (object === undefined) throw new Error('the target is gone')
    const { name, namespace } = object.metadata
    const { apiVersion, kind } = reference
    const named = { name, namespace: String(namespace), ...metadata }
    cluster.apply({ apiVersion, kind, metadata: named, spec: { ...(object['spec'] as object), ...spec } })
  }
  return {
    cluster,
    reference,
    action,
    input,
    change,
    find: () => cluster.find(reference),
    preview: () => action.preview(input, context),
    effect: async () => effectOf(input, await action.preview(input, context)),
  }
}

/** Carries an action out whose effect can be observed, once it was fenced and looked at anew, and announces it. */
export async function carriedOutAfterFence(action: Action, input: ActionInput): Promise<EffectInput> {
  await action.invalidate?.(effectOf(input, await action.preview(input, context)), context)
  const shown = await action.preview(input, context)
  expect([shown.dryRun, shown.doubts?.filter((doubt) => /unreadable|unknown/.test(doubt))]).toEqual(['done', []])
  const effect = effectOf(input, shown)
  await action.execute(effect, context)
  expect(await action.observe(effect, context)).toBe('applied')
  await action.announce?.(effect, context)
  return effect
}
