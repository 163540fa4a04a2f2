import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { z } from 'zod'
import { connectTestbed, faultVariable, kubeApi, type Testbed, waitUntil } from '../src/index.ts'
import { portOf } from '../src/machine/free-ports.ts'

const description = inject('testbed')

const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), uid: z.string(), deletionTimestamp: z.string().optional() }),
      spec: z.object({ containers: z.array(z.object({ image: z.string() })) }),
      status: z.object({
        phase: z.string(),
        containerStatuses: z
          .array(
            z.object({
              ready: z.boolean(),
              restartCount: z.number(),
              state: z.object({ waiting: z.object({ reason: z.string() }).optional() }),
              lastState: z.object({
                terminated: z.object({ exitCode: z.number(), reason: z.string() }).optional(),
              }),
            }),
          )
          .default([]),
      }),
    }),
  ),
})
const deliverySchema = z.object({
  status: z.string(),
  alerts: z.array(z.object({ status: z.string(), labels: z.record(z.string(), z.string()) })),
})
type Delivery = z.infer<typeof deliverySchema>

function deployment(tag: string, { replicas = 2, strategy = 'RollingUpdate', fault = '' } = {}): string {
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
          image: registry.example/shop/checkout:${tag}
          ${fault ? `env: [{ name: ${faultVariable}, value: ${fault} }]` : ''}
`
}

describe.skipIf(!description)('the testbed (needs servers)', () => {
  let testbed: Testbed
  let receiver: Server
  const deliveries: Delivery[] = []

  beforeAll(async () => {
    if (!description) return
    testbed = connectTestbed(description)
    receiver = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      request.on('end', () => {
        deliveries.push(deliverySchema.parse(JSON.parse(body)))
        response.end()
      })
    })
    receiver.listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    await testbed.sendAlertsTo({ name: 'test', url: `http://127.0.0.1:${portOf(receiver)}/` })
  })
  afterAll(() => receiver?.close())

  const podsOf = async (namespace: string) =>
    (await testbed.admin.call(podList, { path: `/api/v1/namespaces/${namespace}/pods` })).items

  /** Waits until the ready pods of a namespace are as many as said, all of one image tag, and no others are left. */
  const settled = (namespace: string, tag: string, ready: number, unready = 0) =>
    waitUntil(`${ready} ready pods of ${tag}`, async () => {
      const pods = await podsOf(namespace)
      const ofTag = pods.filter((pod) => pod.spec.containers[0]?.image.endsWith(`:${tag}`))
      const readyPods = ofTag.filter((pod) => pod.status.containerStatuses[0]?.ready)
      const others = pods.filter((pod) => !ofTag.includes(pod))
      const exact = readyPods.length === ready && ofTag.length === ready + unready && others.length === 0
      return exact ? pods : undefined
    })

  const firingAt = (namespace: string, alertname: string, status: 'firing' | 'resolved') =>
    waitUntil(`${alertname} ${status}`, () =>
      deliveries
        .flatMap((delivery) => delivery.alerts)
        .find((a) => a.status === status && a.labels['namespace'] === namespace && a.labels['alertname'] === alertname),
    )

  test('a rollout that crashes is seen by the API, the metrics, a rule, Alertmanager and a webhook; a fix ends it', async () => {
    const namespace = await testbed.createNamespace('shop')
    await testbed.apply(deployment('v1'), namespace)
    await settled(namespace, 'v1', 2)

    await testbed.apply(deployment('v2-crash'), namespace)
    const crashing = await waitUntil('a crash loop', async () =>
      (await podsOf(namespace)).find(
        (pod) => pod.status.containerStatuses[0]?.state.waiting?.reason === 'CrashLoopBackOff',
      ),
    )
    expect(crashing.status).toMatchObject({
      phase: 'Running',
      containerStatuses: [
        { ready: false, restartCount: 1, lastState: { terminated: { exitCode: 1, reason: 'Error' } } },
      ],
    })

    const { name } = crashing.metadata
    const series = `namespace="${namespace}",pod="${name}"`
    await waitUntil('kube-state-metrics showing it', async () => {
      const metrics = await (await fetch(`${testbed.kubeStateMetrics.url}/metrics`)).text()
      return metrics
        .split('\n')
        .some((line) => line.includes(series) && line.includes('reason="CrashLoopBackOff"') && line.endsWith(' 1'))
    })
    const alert = await firingAt(namespace, 'KubePodCrashLooping', 'firing')
    expect(alert.labels).toMatchObject({ pod: name, container: 'app', job: 'kube-state-metrics' })

    const logs = (query: string) =>
      testbed.admin.send({ path: `/api/v1/namespaces/${namespace}/pods/${name}/log?${query}` })
    expect(await logs('previous=true&tailLines=1')).toMatchObject({
      status: 200,
      text: 'panic: configuration is incomplete\n',
    })

    await testbed.apply(deployment('v1'), namespace)
    await settled(namespace, 'v1', 2)
    await firingAt(namespace, 'KubePodCrashLooping', 'resolved')
  })

  test('an eviction removes a pod, its controller makes another, and a budget refuses', async () => {
    const namespace = await testbed.createNamespace('evict')
    await testbed.apply(deployment('v1-wedged-1-of-3', { replicas: 3 }), namespace)
    await settled(namespace, 'v1-wedged-1-of-3', 3)
    const [wedged] = await waitUntil('one pod wedging', async () => {
      const pods = (await podsOf(namespace)).filter((pod) => !pod.status.containerStatuses[0]?.ready)
      return pods.length === 1 && pods
    })
    const target = wedged?.metadata ?? { name: '', uid: '' }
    const evict = (uid: string) =>
      testbed.admin.send({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/pods/${target.name}/eviction`,
        body: {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: target.name },
          deleteOptions: { preconditions: { uid } },
        },
        userAgent: 'mendkit/0.0.0 (execution e-42)',
      })
    expect((await evict('another')).status).toBe(409)
    await testbed.apply(
      `{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: all}, spec: {maxUnavailable: 0, selector: {matchLabels: {app: checkout}}}}`,
      namespace,
    )
    await waitUntil('the budget being counted', async () => {
      const budget = z.object({ status: z.object({ expectedPods: z.number().optional() }) })
      const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/all`
      return (await testbed.admin.call(budget, { path })).status.expectedPods === 3
    })
    expect((await evict(target.uid)).status).toBe(429)
    await testbed.admin.send({
      method: 'DELETE',
      path: `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/all`,
    })
    expect((await evict(target.uid)).status).toBe(201)
    const pods = await settled(namespace, 'v1-wedged-1-of-3', 3)
    expect(pods.map((pod) => pod.metadata.uid)).not.toContain(target.uid)

    const found = await testbed.effects({ namespace })
    expect(found.effects).toMatchObject([{ resource: 'pods/eviction', name: target.name, executionId: 'e-42' }])
  })

  test('a recreated Deployment with one of three crashing, whose old image is gone', async () => {
    const namespace = await testbed.createNamespace('partial')
    const three = { replicas: 3, strategy: 'Recreate' }
    await testbed.apply(deployment('v1', three), namespace)
    await settled(namespace, 'v1', 3)
    await testbed.apply(deployment('v2-partial-1-of-3', three), namespace)
    await settled(namespace, 'v2-partial-1-of-3', 2, 1)
    await testbed.setUnpullable('registry.example/shop/checkout:v1')
    await testbed.apply(deployment('v1', three), namespace)
    await settled(namespace, 'v1', 0, 3)
    await waitUntil('all waiting for the image', async () =>
      (await podsOf(namespace)).every((pod) =>
        /ErrImagePull|ImagePullBackOff/.test(pod.status.containerStatuses[0]?.state.waiting?.reason ?? ''),
      ),
    )
    await testbed.setUnpullable('registry.example/shop/checkout:v1', false)
    await settled(namespace, 'v1', 3)
  })

  test('a fault outside the image stays when the image goes back', async () => {
    const namespace = await testbed.createNamespace('config')
    const recreated = { fault: 'crash', strategy: 'Recreate' }
    await testbed.apply(deployment('v2', recreated), namespace)
    const crashed = async (tag: string) => {
      await waitUntil(`both pods of ${tag} crashing`, async () => {
        const pods = await settled(namespace, tag, 0, 2)
        return pods.every((pod) => (pod.status.containerStatuses[0]?.restartCount ?? 0) > 0)
      })
    }
    await crashed('v2')
    await testbed.apply(deployment('v1', recreated), namespace)
    await crashed('v1')
  })

  test('credentials have the rights that the YAML gives and no more', async () => {
    const namespace = await testbed.createNamespace('rights')
    const { token } = await testbed.credentialsFor(
      `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader }
rules: [{ apiGroups: [""], resources: [pods], verbs: [get, list] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: reader }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects: [{ kind: ServiceAccount, name: reader, namespace: ${namespace} }]
`,
      'reader',
      namespace,
    )
    const { url, caPem } = testbed.kubeApi
    const reader = kubeApi({ url, caPem, credentials: { token }, userAgent: 'reader' })
    expect((await reader.send({ path: `/api/v1/namespaces/${namespace}/pods` })).status).toBe(200)
    expect((await reader.send({ path: `/api/v1/namespaces/${namespace}/configmaps` })).status).toBe(403)
    expect((await reader.send({ path: '/api/v1/namespaces/default/pods' })).status).toBe(403)
    reader.close()
    const nobody = kubeApi({ url, caPem, credentials: { token: 'wrong' }, userAgent: 'nobody' })
    expect((await nobody.send({ path: '/version' })).status).toBe(401)
    nobody.close()
  })

  test("a change by Mendkit's account that names no execution fails the judge of effects", async () => {
    const namespace = await testbed.createNamespace('nameless')
    const { token } = await testbed.credentialsFor(
      `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: writer, namespace: ${namespace} }
rules: [{ apiGroups: [""], resources: [configmaps], verbs: [create] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: writer, namespace: ${namespace} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: writer }
subjects: [{ kind: ServiceAccount, name: writer, namespace: mendkit }]
`,
      'writer',
      'mendkit',
    )
    const { url, caPem } = testbed.kubeApi
    const writer = kubeApi({ url, caPem, credentials: { token }, userAgent: 'mendkit/0.0.0 (execution e-43)' })
    const create = (name: string, userAgent?: string) =>
      writer.send({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/configmaps`,
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } },
        ...(userAgent === undefined ? {} : { userAgent }),
      })
    expect((await create('named')).status).toBe(201)
    expect((await testbed.effects({ namespace })).effects).toMatchObject([{ name: 'named', executionId: 'e-43' }])
    expect((await create('nameless', 'node')).status).toBe(201)
    await expect(testbed.effects({ namespace })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(`create configmaps ${namespace}/nameless`),
    })
    writer.close()
  })

  test('Alertmanager keeps a silence over a restart and has its alerts again soon after', async () => {
    const namespace = await testbed.createNamespace('silent')
    const alerts = async () => {
      const filter = encodeURIComponent(`namespace="${namespace}"`)
      const reply = await fetch(`${testbed.alertmanager.url}/api/v2/alerts?filter=${filter}`)
      return z.array(z.object({ status: z.object({ state: z.string() }) })).parse(await reply.json())
    }
    await testbed.apply(deployment('v1-unready', { replicas: 1 }), namespace)
    await firingAt(namespace, 'KubePodNotReady', 'firing')
    const silence = await testbed.silence([{ name: 'namespace', value: namespace }])
    await waitUntil('it being suppressed', async () => {
      const found = await alerts()
      return found.length > 0 && found.every((alert) => alert.status.state === 'suppressed')
    })
    await testbed.restartAlertmanager()
    await waitUntil('it being suppressed again', async () => {
      const found = await alerts()
      return found.length > 0 && found.every((alert) => alert.status.state === 'suppressed')
    })
    await testbed.liftSilence(silence)
    await waitUntil('it being active again', async () => (await alerts()).some((a) => a.status.state === 'active'))
  })

  test('rules that Prometheus cannot read are refused in its words', async () => {
    const broken = [{ name: 'broken', rules: [{ alert: 'X', expr: 'sum(' }] }]
    await expect(testbed.reloadPrometheus(broken)).rejects.toMatchObject({ code: 'rejected' })
  })
})
