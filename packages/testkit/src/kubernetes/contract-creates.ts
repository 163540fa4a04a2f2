import assert from 'node:assert/strict'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { type ClientSubject, failsWith } from './contract-subject.ts'
import type { SimulatedNewObject } from './shapes.ts'

const context = callContext()
const CONTROLLER = 'batch.kubernetes.io/controller-uid'

/** A Job that waits to be resumed, so that no controller makes pods of it. */
function suspendedJob(namespace: string, labels: { readonly [key: string]: string } = { app: 'report' }) {
  const spec = { restartPolicy: 'Never', containers: [{ name: 'app', image: 'shop/report:v1' }] }
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'report', namespace, labels: { app: 'report' }, annotations: { 'example.dev/owner': 'shop' } },
    spec: { suspend: true, backoffLimit: 0, template: { metadata: { labels }, spec } },
  } satisfies SimulatedNewObject
}

/** Clauses on making objects. */
export const createClauses: Contract<ClientSubject> = [
  {
    says: 'makes an object once, with a UID and a version of its own; its name is taken from then on',
    async check(make) {
      const { client, namespace } = await make()
      const made = await client.create(suspendedJob(namespace), {}, context)
      const read = await client.get({ ...made, namespace, name: 'report' }, context)
      assert.deepEqual([read.metadata.uid, read.metadata.generation], [made.metadata.uid, 1])
      assert.equal(read.metadata.annotations?.['example.dev/owner'], 'shop')
      for (const dryRun of [true, false]) {
        const again = client.create(suspendedJob(namespace), { dryRun }, context)
        await failsWith(again, { code: 'conflict', status: 409, reason: 'AlreadyExists' })
      }
    },
  },
  {
    says: 'a dry run of making an object answers it without a version and stores nothing',
    async check(make) {
      const { client, namespace } = await make()
      const { metadata } = await client.create(suspendedJob(namespace), { dryRun: true }, context)
      const { name, annotations, resourceVersion } = metadata
      assert.deepEqual([name, annotations?.['example.dev/owner'], resourceVersion], ['report', 'shop', ''])
      const call = client.get({ apiVersion: 'batch/v1', kind: 'Job', namespace, name: 'report' }, context)
      await failsWith(call, { code: 'not-found', status: 404, reason: 'NotFound' })
    },
  },
  {
    says: 'a Job gets a selector and pod labels of its own, and may not bring those of another',
    async check(make) {
      const { client, namespace } = await make()
      const made = await client.create(suspendedJob(namespace), {}, context)
      const { selector, template } = made['spec'] as {
        selector: { matchLabels: Record<string, string> }
        template: { metadata: { labels: Record<string, string> } }
      }
      const { uid } = made.metadata
      assert.deepEqual(selector.matchLabels, { [CONTROLLER]: uid })
      const expected = { app: 'report', [CONTROLLER]: uid, 'controller-uid': uid }
      const named = { 'batch.kubernetes.io/job-name': 'report', 'job-name': 'report' }
      assert.deepEqual(template.metadata.labels, { ...expected, ...named })
      const other = { ...suspendedJob(namespace, template.metadata.labels) }
      const copied = { ...other, metadata: { ...other.metadata, name: 'copied' } }
      for (const object of [copied, { ...copied, spec: { ...suspendedJob(namespace).spec, selector } }]) {
        const call = client.create(object, {}, context)
        await failsWith(call, { code: 'rejected', status: 422, reason: 'Invalid' })
      }
    },
  },
  {
    says: 'makes nothing in a namespace that is not there, nor what breaks the rules of its kind, nor without permission',
    async check(make) {
      const { client, reader, namespace } = await make()
      const nowhere = client.create(suspendedJob(`${namespace}-nowhere`), {}, context)
      await failsWith(nowhere, { code: 'not-found', status: 404, reason: 'NotFound' })
      const job = suspendedJob(namespace)
      const spec = { ...job.spec, template: { ...job.spec.template, spec: { restartPolicy: 'Never', containers: [] } } }
      const empty = client.create({ ...job, spec }, {}, context)
      await failsWith(empty, { code: 'rejected', status: 422, reason: 'Invalid' })
      for (const dryRun of [true, false]) {
        const call = reader.create(job, { dryRun }, context)
        const error = await failsWith(call, { code: 'rejected', status: 403, reason: 'Forbidden' })
        assert.match(error.message, /jobs/)
      }
      const absent = client.get({ ...job, namespace, name: 'report' }, context)
      await failsWith(absent, { code: 'not-found', status: 404, reason: 'NotFound' })
    },
  },
]
