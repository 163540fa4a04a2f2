import assert from 'node:assert/strict'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { type ClientSubject, deploymentReference, failsWith, withDeployment } from './contract-subject.ts'

/** Clauses on what is refused, and on aborts. */
export const errorClauses: Contract<ClientSubject> = [
  {
    says: 'answers `not-found` for an object that is not there, in reads and writes',
    async check(make) {
      const { client, namespace } = await make()
      const reference = deploymentReference(namespace, 'nobody')
      const expected = { code: 'not-found', status: 404, reason: 'NotFound' }
      const operations = [{ op: 'remove', path: '/metadata/labels' }] as const
      await failsWith(client.get(reference, callContext()), expected)
      await failsWith(client.patch(reference, { type: 'json', operations }, {}, callContext()), expected)
      await failsWith(client.delete(reference, { uid: 'x' }, {}, callContext()), expected)
      const pod = { namespace, name: 'nobody' }
      await failsWith(client.podLogs(pod, {}, callContext()), expected)
      await failsWith(client.evict(pod, { uid: 'x' }, {}, callContext()), expected)
    },
  },
  {
    says: 'answers `rejected` with 403 for a write without permission, also for its dry run',
    async check(make) {
      const { subject, reference } = await withDeployment(make)
      const document = { metadata: { annotations: { 'example.dev/x': '1' } } }
      for (const dryRun of [true, false]) {
        const call = subject.reader.patch(reference, { type: 'merge', document }, { dryRun }, callContext())
        const error = await failsWith(call, { code: 'rejected', status: 403, reason: 'Forbidden' })
        assert.match(error.message, /deployments/)
      }
    },
  },
  {
    says: 'lets the reason of an abort through as it is, and asks nothing of the server when aborted before',
    async check(make) {
      const { subject, reference } = await withDeployment(make)
      const stop = new AbortController()
      const reason = new Error('shutting down')
      stop.abort(reason)
      const context = callContext({ signal: stop.signal })
      const document = { metadata: { annotations: { 'example.dev/x': '1' } } }
      for (const call of [
        () => subject.client.get(reference, context),
        () => subject.client.list({ apiVersion: 'v1', kind: 'Pod' }, context),
        () => subject.client.patch(reference, { type: 'merge', document }, {}, context),
        () => subject.client.describe(context),
      ]) {
        await assert.rejects(call, (error: unknown) => error === reason)
      }
      const now = await subject.client.get(reference, callContext())
      assert.equal(now.metadata.annotations?.['example.dev/x'], undefined)
    },
  },
]
