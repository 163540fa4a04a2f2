import assert from 'node:assert/strict'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import {
  assertFailure,
  type ClientSubject,
  eventually,
  failsWith,
  retried,
  withDeployment,
} from './contract-subject.ts'
import type { SimulatedObject, SimulatedPatch } from './shapes.ts'

const IMAGE = '/spec/template/spec/containers/0/image'

function setImage(object: SimulatedObject, from: string, to: string): SimulatedPatch {
  const { uid, resourceVersion } = object.metadata
  return {
    type: 'json',
    operations: [
      { op: 'test', path: '/metadata/uid', value: uid },
      { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
      { op: 'test', path: IMAGE, value: from },
      { op: 'replace', path: IMAGE, value: to },
    ],
  }
}

function imageOf(object: SimulatedObject): string | undefined {
  const spec = object['spec'] as { template: { spec: { containers: { image: string }[] } } }
  return spec.template.spec.containers[0]?.image
}

/** Clauses on patch, delete and events. */
export const writeClauses: Contract<ClientSubject> = [
  {
    says: 'applies a JSON patch whose tests hold, and raises the generation',
    async check(make) {
      const { subject, reference, read } = await withDeployment(make)
      const after = await retried(async () =>
        subject.client.patch(
          reference,
          setImage(await read(), 'shop/checkout:v1', 'shop/checkout:v2'),
          {},
          callContext(),
        ),
      )
      assert.equal(imageOf(after), 'shop/checkout:v2')
      assert.equal(after.metadata.generation, 2)
      assert.equal(imageOf(await read()), 'shop/checkout:v2')
    },
  },
  {
    says: 'a dry run answers the result and stores nothing',
    async check(make) {
      const { subject, reference, read } = await withDeployment(make)
      const options = { dryRun: true }
      const after = await retried(async () =>
        subject.client.patch(
          reference,
          setImage(await read(), 'shop/checkout:v1', 'shop/checkout:v2'),
          options,
          callContext(),
        ),
      )
      assert.equal(imageOf(after), 'shop/checkout:v2')
      const now = await read()
      assert.deepEqual([imageOf(now), now.metadata.generation], ['shop/checkout:v1', 1])
    },
  },
  {
    says: 'refuses a JSON patch with 422 when a test fails, and changes nothing',
    async check(make) {
      const { subject, reference, read } = await withDeployment(make)
      const before = await read()
      for (const patch of [
        setImage({ ...before, metadata: { ...before.metadata, resourceVersion: '1' } }, 'shop/checkout:v1', 'x:1'),
        setImage({ ...before, metadata: { ...before.metadata, uid: 'somebody-else' } }, 'shop/checkout:v1', 'x:1'),
        setImage(before, 'shop/checkout:v9', 'x:1'),
      ]) {
        for (const dryRun of [true, false]) {
          const call = subject.client.patch(reference, patch, { dryRun }, callContext())
          await failsWith(call, { code: 'rejected', status: 422, reason: 'Invalid' })
        }
      }
      assert.equal(imageOf(await read()), 'shop/checkout:v1')
    },
  },
  {
    says: 'refuses invalid content with 422 and names the field, but not a value',
    async check(make) {
      const { subject, reference } = await withDeployment(make)
      const operations = [{ op: 'replace', path: '/spec/selector/matchLabels/app', value: 'hunter2-secret' }] as const
      const call = subject.client.patch(reference, { type: 'json', operations }, {}, callContext())
      const error = await failsWith(call, { code: 'rejected', status: 422, reason: 'Invalid' })
      assert.match(error.message, /spec\.selector|spec\.template\.metadata\.labels/)
      assert.doesNotMatch(error.message, /hunter2/)
    },
  },
  {
    says: 'refuses a merge patch of an old version with 409',
    async check(make) {
      const { subject, reference } = await withDeployment(make)
      const document = { metadata: { resourceVersion: '1', annotations: { 'example.dev/x': '1' } } }
      const call = subject.client.patch(reference, { type: 'merge', document }, {}, callContext())
      await failsWith(call, { code: 'conflict', status: 409, reason: 'Conflict' })
    },
  },
  {
    says: 'a merge patch sets one annotation and keeps the others, which raises the generation of a Deployment',
    async check(make) {
      const { subject, reference } = await withDeployment(make)
      const document = { metadata: { annotations: { 'example.dev/x': '1' } } }
      const after = await subject.client.patch(reference, { type: 'merge', document }, {}, callContext())
      assert.equal(after.metadata.annotations?.['example.dev/x'], '1')
      assert.equal(after.metadata.annotations?.['example.dev/owner'], 'shop')
      assert.equal(after.metadata.generation, 2)
    },
  },
  {
    says: 'a change of an annotation voids a patch that tests an earlier version',
    async check(make) {
      const { subject, reference, read } = await withDeployment(make)
      const guard = setImage(await read(), 'shop/checkout:v1', 'shop/checkout:v2')
      const document = { metadata: { annotations: { 'example.dev/fence': '7' } } }
      await subject.client.patch(reference, { type: 'merge', document }, {}, callContext())
      const call = subject.client.patch(reference, guard, {}, callContext())
      await failsWith(call, { code: 'rejected', status: 422, reason: 'Invalid' })
    },
  },
  {
    says: 'deletes only the object with the UID that was meant',
    async check(make) {
      const { subject, reference, read } = await withDeployment(make)
      const { uid } = (await read()).metadata
      const other = uid.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
      const wrong = subject.client.delete(reference, { uid: other }, {}, callContext())
      await failsWith(wrong, { code: 'conflict', status: 409, reason: 'Conflict' })
      await subject.client.delete(reference, { uid }, { dryRun: true }, callContext())
      assert.equal((await read()).metadata.uid, uid)
      await subject.client.delete(reference, { uid }, {}, callContext())
      const gone = await eventually(subject, () =>
        read().then(
          () => undefined,
          (error: unknown) => error,
        ),
      )
      assertFailure(gone, { code: 'not-found', status: 404, reason: 'NotFound' })
    },
  },
  {
    says: 'records an event on an object once',
    async check(make) {
      const { subject, reference, read } = await withDeployment(make)
      const { uid } = (await read()).metadata
      const event = {
        name: 'checkout.example',
        about: { ...reference, uid },
        type: 'Normal',
        reason: 'Example',
        message: 'an example',
        at: '2026-01-01T00:00:00Z',
      } as const
      await subject.client.createEvent(event, {}, callContext())
      const again = subject.client.createEvent(event, {}, callContext())
      await failsWith(again, { code: 'conflict', status: 409, reason: 'AlreadyExists' })
      const fieldSelector = `involvedObject.uid=${uid},reason=Example`
      const selection = { apiVersion: 'v1', kind: 'Event', namespace: subject.namespace, fieldSelector }
      const { items } = await subject.client.list(selection, callContext())
      assert.deepEqual(
        items.map((item) => [item['message'], item['type']]),
        [['an example', 'Normal']],
      )
    },
  },
]
