import assert from 'node:assert/strict'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { type ClientSubject, eventually, exampleDeployment, withDeployment } from './contract-subject.ts'
import type { SimulatedWatchEvent } from './shapes.ts'

/** Clauses on get, list, watch, logs and reviews. */
export const readClauses: Contract<ClientSubject> = [
  {
    says: 'reads an object with its identity, its version and fields that it knows nothing of',
    async check(make) {
      const { reference, read } = await withDeployment(make)
      const { apiVersion, kind, metadata, ...rest } = await read()
      assert.deepEqual(
        { apiVersion, kind, name: metadata.name },
        { apiVersion: 'apps/v1', kind: 'Deployment', name: reference.name },
      )
      assert.match(metadata.uid, /^[0-9a-f-]{36}$/)
      assert.match(metadata.resourceVersion, /^\d+$/)
      assert.equal((rest['spec'] as { replicas: number }).replicas, 1)
    },
  },
  {
    says: 'lists by label selector, with kind and apiVersion on every item',
    async check(make) {
      const { client, create, namespace } = await make()
      for (const name of ['cart', 'checkout', 'search']) await create(exampleDeployment(namespace, name))
      const selection = { apiVersion: 'apps/v1', kind: 'Deployment', namespace }
      const some = await client.list({ ...selection, labelSelector: 'app in (cart, search)' }, callContext())
      assert.deepEqual(
        some.items.map((item) => `${item.apiVersion} ${item.kind} ${item.metadata.name}`),
        ['apps/v1 Deployment cart', 'apps/v1 Deployment search'],
      )
      assert.equal(some.truncated, false)
      assert.match(some.resourceVersion, /^\d+$/)
    },
  },
  {
    says: 'stops a list at `atMost` and says so',
    async check(make) {
      const { client, create, namespace } = await make()
      for (const name of ['cart', 'checkout', 'search']) await create(exampleDeployment(namespace, name))
      const selection = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, atMost: 2 }
      const list = await client.list(selection, callContext())
      assert.deepEqual([list.items.length, list.truncated], [2, true])
    },
  },
  {
    says: 'watches: first everything, then each change, and ends quietly on abort',
    async check(make) {
      const { subject, reference, read } = await withDeployment(make)
      const stop = new AbortController()
      const { apiVersion, kind, namespace } = reference
      const events: SimulatedWatchEvent[] = []
      const watching = (async () => {
        for await (const event of subject.client.watch(
          { apiVersion, kind, namespace },
          callContext({ signal: stop.signal }),
        )) {
          events.push(event)
          if (event.type === 'deleted') stop.abort()
        }
      })()
      await eventually(subject, async () => events.find((event) => event.type === 'reset'))
      const document = { metadata: { annotations: { 'example.dev/seen': 'yes' } } }
      await subject.client.patch(reference, { type: 'merge', document }, {}, callContext())
      await eventually(subject, async () =>
        events.find(
          (event) => event.type === 'modified' && event.object.metadata.annotations?.['example.dev/seen'] === 'yes',
        ),
      )
      const { uid } = (await read()).metadata
      await subject.client.delete(reference, { uid }, {}, callContext())
      await watching
      const [first] = events
      assert.equal(first?.type === 'reset' ? first.objects.length : undefined, 1)
      assert.equal(events.at(-1)?.type, 'deleted')
    },
  },
  {
    says: 'answers whether its credentials may do something',
    async check(make) {
      const { client, reader, namespace } = await make()
      const question = { verb: 'patch', apiVersion: 'apps/v1', kind: 'Deployment', namespace }
      assert.equal((await client.can(question, callContext())).allowed, true)
      const refused = await reader.can(question, callContext())
      assert.equal(refused.allowed, false)
      assert.notEqual(refused.because, '')
      const evict = { verb: 'create', apiVersion: 'v1', kind: 'Pod', subresource: 'eviction', namespace }
      assert.equal((await reader.can(evict, callContext())).allowed, false)
    },
  },
  {
    says: 'says which server it talks to, in which version, and as whom',
    async check(make) {
      const { client } = await make()
      const { server, version, user } = await client.describe(callContext())
      assert.match(version, /^v1\.\d+\.\d+/)
      assert.match(server, /^\w+:\/\/[^@]+$/)
      assert.notEqual(user, '')
    },
  },
  {
    says: 'reads the log of a pod, and refuses the previous one of a pod that never restarted',
    async check(make) {
      const { subject } = await withDeployment(make)
      const { client, namespace } = subject
      const selection = { apiVersion: 'v1', kind: 'Pod', namespace }
      const pod = await eventually(subject, async () => {
        const { items } = await client.list(selection, callContext())
        const [first] = items
        const phase = (first?.['status'] as { phase?: string } | undefined)?.phase
        return phase === 'Running' ? first : undefined
      })
      const where = { namespace, name: pod.metadata.name }
      assert.notEqual(await client.podLogs(where, { container: 'app' }, callContext()), '')
      await assert.rejects(client.podLogs(where, { container: 'app', previous: true }, callContext()), {
        code: 'rejected',
        status: 400,
      })
    },
  },
]
