import type { Resource } from '@mendkit/core'
import { type Manifest, type SimulatedCluster, simulatedCluster } from '@mendkit/testkit'

/** The name of the simulated cluster, as resources carry it. */
export const clusterName = 'shop-eu'

/** A cluster on which one Deployment is broken, among others that are tempting and none of the engine's business. */
export interface Scenery {
  readonly cluster: SimulatedCluster
  /** The broken one: the only object that anything may happen to. */
  readonly checkout: Resource & { readonly uid: string }
  /** UID of the ReplicaSet that `checkout` ran well on. */
  readonly goodReplicaSet: string
  /** The same of any Deployment; that of `checkout` for whatever has none. */
  readonly goodReplicaSetOf: (resource: Resource) => string
  readonly goodImage: string
  /** Objects that exist and that no policy gives away, or that no evidence names. */
  readonly bystanders: readonly Resource[]
}

const goodImage = 'shop/app:v1'
const badImage = 'shop/app:v2'
/** Each of them is broken in the same way and has the labels that policies look for: only where and whose it is differs. */
const others = [
  ['shop', 'cart'],
  ['bank', 'checkout'],
  ['kube-system', 'coredns'],
  ['mendkit', 'mendkit'],
] as const

/** Sets the scene: `shop/checkout` crashes since its last rollout, and it is not alone; but the incident is about nothing else. */
export function openScenery(logs = 'panic: no DATABASE_URL'): Scenery {
  const cluster = simulatedCluster()
  cluster.image(badImage, { behaviour: 'crash', logs })
  for (const [, name] of others) cluster.image(badImage.replace('app', name), { behaviour: 'crash' })
  for (const image of [goodImage, badImage]) {
    for (const [namespace, name] of others) cluster.apply(deployment(namespace, name, image.replace('app', name)))
    cluster.apply(deployment('shop', 'checkout', image, 2))
    cluster.settle()
    cluster.tick(60_000)
  }
  const goodReplicaSets = new Map(
    cluster
      .all('apps/v1', 'ReplicaSet')
      .filter((set) => JSON.stringify(set['spec']).includes(':v1"'))
      .map(({ metadata }) => [`${metadata.namespace}/${metadata.labels?.['app']}`, metadata.uid]),
  )
  const goodReplicaSet = goodReplicaSets.get('shop/checkout')
  if (goodReplicaSet === undefined) throw new Error('the scenery has no revision to return to')
  return {
    cluster,
    checkout: resourceOf(cluster, 'shop', 'checkout'),
    goodReplicaSet,
    goodReplicaSetOf: ({ namespace, name }) => goodReplicaSets.get(`${namespace}/${name}`) ?? goodReplicaSet,
    goodImage,
    bystanders: [
      ...others.map(([namespace, name]) => resourceOf(cluster, namespace, name)),
      ...cluster.all('v1', 'Pod', 'bank').map((pod) => podOf('bank', pod.metadata.name)),
    ],
  }
}

function deployment(namespace: string, name: string, image: string, replicas = 1): Manifest {
  const labels = { app: name, tier: 'web' }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image }] } },
    },
  }
}

function resourceOf(cluster: SimulatedCluster, namespace: string, name: string): Resource & { readonly uid: string } {
  const reference = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name }
  const uid = cluster.find(reference)?.metadata.uid
  if (uid === undefined) throw new Error(`the scenery has no ${namespace}/${name}`)
  return { cluster: clusterName, ...reference, uid }
}

function podOf(namespace: string, name: string): Resource {
  return { cluster: clusterName, apiVersion: 'v1', kind: 'Pod', namespace, name }
}
