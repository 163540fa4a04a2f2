import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  connectTestbed,
  faultVariable,
  fencedCode,
  type Testbed,
  type TestbedDescription,
  waitUntil,
} from '@mendkit/testbed'
import type { TestContext } from 'vitest'
import { z } from 'zod'
import { routeAlerts } from './alert-routes.ts'
import { freePort, type HostOptions, type KubeconfigChoice } from './host.ts'

/** A Deployment named `checkout`, as a test asks for it. */
interface DeploymentWish {
  readonly tag: string
  /** @default 2 */
  readonly replicas?: number
  /** @default 'RollingUpdate' */
  readonly strategy?: 'RollingUpdate' | 'Recreate'
  /** A fault that both revisions carry. */
  readonly fault?: string
}

/** How many pods there are, and of them how many of one tag. */
interface PodCounts {
  readonly all: number
  readonly named: number
  readonly ready: number
  /** Why containers of this tag wait, such as `ImagePullBackOff`. */
  readonly waiting: readonly string[]
}

/** A namespace of its own on the testbed, with credentials, a database file, and Alertmanager sending its alerts. */
export interface Scene {
  readonly testbed: Testbed
  readonly namespace: string
  readonly options: HostOptions
  deploy(wish: DeploymentWish): Promise<void>
  /** Deletes the Deployment and waits until it is gone. */
  deleteDeployment(): Promise<void>
  /** Waits until so many pods of this tag are ready and no pod is left of another. */
  ready(tag: string, count: number): Promise<void>
  /** Waits until there is any pod of this tag. */
  started(tag: string): Promise<void>
  /** The pods of a tag as they are now. */
  pods(tag: string): Promise<PodCounts>
  /** The image that the Deployment asks for. */
  image(): Promise<string>
  /** The version of the Deployment as it is stored now. */
  version(): Promise<string>
  /** Replaces what Alertmanager is told about this scene's webhook. */
  route(more?: { readonly maxAlerts?: number; readonly repeatSeconds?: number }): Promise<void>
  /** Alertmanager's own list of this scene's alerts. */
  alerts(): Promise<readonly { readonly status: { readonly state: string } }[]>
}

const podList = z.object({
  items: z.array(
    z.object({
      spec: z.object({ containers: z.array(z.object({ image: z.string() })) }),
      status: z.object({
        containerStatuses: z
          .array(
            z.object({
              ready: z.boolean(),
              state: z.object({ waiting: z.object({ reason: z.string() }).optional() }).default({}),
            }),
          )
          .default([]),
      }),
    }),
  ),
})
const deploymentSchema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  spec: z.object({
    template: z.object({ spec: z.object({ containers: z.tuple([z.object({ image: z.string() })]) }) }),
  }),
})
const alertList = z.array(z.object({ status: z.object({ state: z.string() }) }))

/** Times that suit a testbed, where everything happens within seconds; each is short of its default by as much. */
const settings = {
  engine: { sweepMs: 200, leaseMs: 3_000, leaseMarginMs: 1_000 },
  correlation: { settleMs: 3_500 },
  diagnosis: { minIntervalMs: 1_000 },
  execution: { readEveryMs: 500 },
  verification: { deadlineMs: 40_000, soakMs: 2_000, everyMs: 500 },
} as const

/** Sets the scene for one test and clears it away afterwards. */
export async function setScene(
  description: TestbedDescription,
  context: Pick<TestContext, 'onTestFinished'>,
  changes: Pick<Partial<HostOptions>, 'poll' | 'settings'> = {},
): Promise<Scene> {
  const testbed = connectTestbed(description)
  const namespace = await testbed.createNamespace('shop')
  const folder = await mkdtemp(join(tmpdir(), 'mendkit-end-to-end-'))
  const port = await freePort()
  const [read, act] = await credentials(testbed, namespace, folder)
  const url = `http://127.0.0.1:${port}/alerts`
  const route: Scene['route'] = (more = {}) => routeAlerts(testbed, { namespace, url, ...more })
  await route()
  context.onTestFinished(async () => {
    await routeAlerts(testbed, { namespace, url: undefined })
    await testbed.admin.send({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` })
    await rm(folder, { recursive: true, force: true })
  })

  const podsWith = async (image: string): Promise<PodCounts> => {
    const { items } = await testbed.admin.call(podList, { path: `/api/v1/namespaces/${namespace}/pods` })
    const named = items.filter((pod) => pod.spec.containers[0]?.image === image)
    const ready = named.filter((pod) => pod.status.containerStatuses[0]?.ready === true)
    const waiting = named.flatMap((pod) => pod.status.containerStatuses[0]?.state.waiting?.reason ?? [])
    return { all: items.length, named: named.length, ready: ready.length, waiting }
  }

  const deploymentPath = `/apis/apps/v1/namespaces/${namespace}/deployments/checkout`

  const deployment = () => testbed.admin.call(deploymentSchema, { path: deploymentPath })

  return {
    testbed,
    namespace,
    options: {
      file: join(folder, 'mendkit.db'),
      port,
      namespace,
      read,
      act,
      prometheusUrl: testbed.prometheus.url,
      alertmanagerUrl: testbed.alertmanager.url,
      poll: { intervalMs: 500, settledAfterMs: 8_000, ...changes.poll },
      settings: { ...settings, ...changes.settings },
    },
    deploy: (wish) => testbed.apply(deploymentYaml(wish), namespace),
    async deleteDeployment() {
      await testbed.admin.send({ method: 'DELETE', path: deploymentPath })
      await waitUntil('the Deployment being gone', async () => {
        return (await testbed.admin.send({ path: deploymentPath })).status === 404
      })
    },
    async ready(tag, count) {
      await waitUntil(`${count} ready pods of ${tag} and no others`, async () => {
        const pods = await podsWith(imageOf(tag))
        return pods.ready === count && pods.all === count
      })
    },
    async started(tag) {
      await waitUntil(`a pod of ${tag}`, async () => (await podsWith(imageOf(tag))).named > 0)
    },
    pods: (tag) => podsWith(imageOf(tag)),
    async image() {
      return (await deployment()).spec.template.spec.containers[0].image
    },
    async version() {
      return (await deployment()).metadata.resourceVersion
    },
    route,
    async alerts() {
      const filter = encodeURIComponent(`namespace="${namespace}"`)
      const reply = await fetch(`${testbed.alertmanager.url}/api/v2/alerts?filter=${filter}`)
      return alertList.parse(await reply.json())
    },
  }
}

/** Address of the image that a tag names. */
export function imageOf(tag: string): string {
  return `registry.example/shop/checkout:${tag}`
}

function deploymentYaml({ tag, replicas = 2, strategy = 'RollingUpdate', fault }: DeploymentWish): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout }
spec:
  replicas: ${replicas}
  strategy: { type: ${strategy} }
  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers:
        - name: app
          image: ${imageOf(tag)}
          ${fault === undefined ? '' : `env: [{ name: ${faultVariable}, value: ${fault} }]`}
`
}

let last: Promise<unknown> = Promise.resolve()

/** Credentials to read and to act, as files of this scene. */
function credentials(
  testbed: Testbed,
  namespace: string,
  folder: string,
): Promise<readonly [KubeconfigChoice, KubeconfigChoice]> {
  async function of(account: string, rbac: string): Promise<KubeconfigChoice> {
    const { kubeconfigPath, context } = await testbed.credentialsFor(rbac, account, 'mendkit')
    const kubeconfig = join(folder, `${account}.kubeconfig`)
    await copyFile(kubeconfigPath, kubeconfig)
    return { kubeconfig, context }
  }
  // One scene after the other: the accounts are the same for all, and so are the testbed's files for them.
  const made = last.then(async () => {
    const rbac = await rbacOf(namespace)
    return [await of('mendkit-read', rbac), await of('mendkit-act', rbac)] as const
  })
  last = made
  return made
}

/** The roles that the Kubernetes adapter's README tells users to apply, for this namespace. */
async function rbacOf(namespace: string): Promise<string> {
  const readme = await readFile(new URL('../../../../packages/kubernetes/README.md', import.meta.url), 'utf8')
  const rbac = fencedCode(readme, 'yaml')
    .filter((yaml) => yaml.includes('kind: ClusterRole'))
    .join('---\n')
  if (!/namespace: shop\b/.test(rbac)) throw new Error('packages/kubernetes/README.md has no roles for namespace shop')
  return rbac.replaceAll(/namespace: shop\b/g, `namespace: ${namespace}`)
}
