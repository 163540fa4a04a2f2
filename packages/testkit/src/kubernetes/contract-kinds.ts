import assert from 'node:assert/strict'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { type ClientSubject, deploymentReference, exampleDeployment, failsWith, retried } from './contract-subject.ts'
import type { SimulatedObject, SimulatedPatchOperation } from './shapes.ts'
import type { Manifest } from './simulated-cluster.ts'

const context = callContext()

/** A StatefulSet, a DaemonSet and an autoscaler, all without pods to wait for, and a field of each to change. */
function examples(namespace: string): readonly { manifest: Manifest; change: SimulatedPatchOperation }[] {
  const { replicas: _, ...spec } = exampleDeployment(namespace)['spec'] as { replicas: number }
  const metadata = { name: 'checkout', namespace, annotations: { 'example.dev/owner': 'shop' } }
  const image = { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'shop/checkout:v2' } as const
  const stateful = { ...spec, replicas: 0, serviceName: 'checkout' }
  // No node has this label, so that no pod comes.
  const { template, ...daemon } = spec as { template?: { spec: object } }
  const nowhere = { ...template, spec: { ...template?.spec, nodeSelector: { 'example.dev/nowhere': 'yes' } } }
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'checkout' }
  return [
    { manifest: { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec: stateful }, change: image },
    {
      manifest: { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata, spec: { ...daemon, template: nowhere } },
      change: image,
    },
    {
      manifest: {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata,
        spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef },
      },
      change: { op: 'replace', path: '/spec/maxReplicas', value: 7 },
    },
  ]
}

/** Clauses on kinds other than Deployments and pods. */
export const kindClauses: Contract<ClientSubject> = [
  {
    says: 'a change of the spec raises the generation of StatefulSets, DaemonSets and autoscalers by one, and an annotation does not',
    async check(make) {
      const subject = await make()
      for (const { manifest, change } of examples(subject.namespace)) {
        await subject.create(manifest)
        const reference = { ...manifest, namespace: subject.namespace, name: 'checkout' }
        const patch = (operations: readonly SimulatedPatchOperation[]) =>
          retried(async () => subject.client.patch(reference, { type: 'json', operations }, {}, context))
        const annotation = { op: 'add', path: '/metadata/annotations/example.dev~1x', value: '1' } as const
        const generations: SimulatedObject['metadata']['generation'][] = []
        for (const operations of [[annotation], [change], [{ ...annotation, value: '2' }, change]]) {
          generations.push((await patch(operations)).metadata.generation)
        }
        assert.deepEqual(generations, [1, 2, 2], manifest.kind)
      }
    },
  },
  {
    says: 'refuses an autoscaler whose most replicas are fewer than its least, and one that asks for none',
    async check(make) {
      const subject = await make()
      const autoscaler = examples(subject.namespace).at(-1)?.manifest
      assert.ok(autoscaler !== undefined)
      await subject.create(autoscaler)
      const reference = { ...autoscaler, namespace: subject.namespace, name: 'checkout' }
      for (const [path, value] of [
        ['/spec/maxReplicas', 1],
        ['/spec/minReplicas', 6],
        ['/spec/minReplicas', 0],
      ] as const) {
        const operations = [{ op: 'replace', path, value }] as const
        const call = subject.client.patch(reference, { type: 'json', operations }, {}, context)
        await failsWith(call, { code: 'rejected', status: 422, reason: 'Invalid' })
      }
    },
  },
  {
    says: 'a test for null holds for a field that is not there, and fails for one that is',
    async check(make) {
      const subject = await make()
      const manifest = exampleDeployment(subject.namespace, 'checkout', 0)
      await subject.create(manifest)
      const reference = deploymentReference(subject.namespace)
      const operations = [
        { op: 'test', path: '/spec/paused', value: null },
        { op: 'add', path: '/spec/paused', value: true },
      ] as const
      const patch = () => subject.client.patch(reference, { type: 'json', operations }, {}, context)
      const after = await patch()
      assert.equal((after['spec'] as { paused?: boolean }).paused, true)
      await failsWith(patch(), { code: 'rejected', status: 422, reason: 'Invalid' })
    },
  },
]
