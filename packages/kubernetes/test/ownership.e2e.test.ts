import { connectTestbed, type Testbed, waitUntil } from '@mendkit/testbed'
import { describe, expect, inject, test } from 'vitest'
import { kubernetes, kubernetesClient } from '../src/index.ts'
import { type OwnershipCase, ownershipCases } from './ownership-cases.ts'
import { isHealthy } from './real-scene.ts'
import { actionOf, checkout, context, incidentAt } from './scene.ts'

const description = inject('testbed')

if (description === undefined) {
  test('who owns an object on a real cluster', (skipped) => {
    skipped.skip('needs servers')
  })
} else {
  const testbed = connectTestbed(description)
  const client = kubernetesClient({ kubeconfig: description.kubeApi.adminKubeconfigPath })
  const integration = kubernetes({ cluster: 'real', read: client, act: client })
  const preview = (namespace: string) => {
    const target = { cluster: 'real', apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'checkout' }
    const now = Date.now()
    const input = { params: {}, target, incident: incidentAt(now, target), executionId: 'exe_owned', mintedAt: now }
    return actionOf('kubernetes.rollout-restart', integration).preview(input, context)
  }

  test.each(ownershipCases.map((each) => [each.who, each] as const))(
    'what is written by %s on a real API server is told by its managed fields',
    async (_, each) => {
      const namespace = await testbed.createNamespace('owner')
      await written(testbed, namespace, each)
      const shown = await preview(namespace)
      expect(shown.managedBy).toEqual(each.managedBy)
      expect(shown.refused ?? '').toMatch(each.refused ?? /^$/)
      expect(shown.dryRun).toBe(each.refused === undefined ? 'done' : 'none')
      const warning = shown.diff?.split('\n').filter((line) => line.includes('brings the old value back')) ?? []
      if (each.refused === undefined) expect(warning.join()).toMatch(each.warning ?? /^$/)
    },
  )

  describe('an annotation that lowers autonomy is heard from a real API server', () => {
    test.each([
      ['the workload', { 'mendkit.dev/autonomy': 'approve' }, {}, 'approve'],
      ['the namespace', {}, { 'mendkit.dev/autonomy': 'suggest' }, 'suggest'],
      ['both, the lower counts', { 'mendkit.dev/autonomy': 'suggest' }, { 'mendkit.dev/autonomy': 'off' }, 'off'],
      ['a word that is no level', { 'mendkit.dev/autonomy': 'yes please' }, {}, 'off'],
      [
        'auto, which raises nothing',
        { 'mendkit.dev/autonomy': 'auto' },
        { 'mendkit.dev/autonomy': 'approve' },
        'approve',
      ],
    ] as const)('on %s', async (_, onWorkload, onNamespace, limit) => {
      const namespace = await testbed.createNamespace('limit')
      await annotate(testbed, namespace, onNamespace)
      await written(testbed, namespace, {
        who: '',
        manager: 'ci',
        metadata: { annotations: onWorkload },
        managedBy: [],
      })
      expect((await preview(namespace)).autonomyLimit).toBe(limit)
    })

    test.each(['the workload', 'the namespace'])(
      'as rollback: never on %s, of what was done already',
      async (where) => {
        const namespace = await testbed.createNamespace('never')
        const never = { 'mendkit.dev/rollback': 'never' }
        const [onWorkload, onNamespace] = where === 'the workload' ? [never, {}] : [{}, never]
        await annotate(testbed, namespace, onNamespace)
        await written(testbed, namespace, {
          who: '',
          manager: 'ci',
          metadata: { annotations: onWorkload },
          managedBy: [],
        })
        const target = { cluster: 'real', apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'checkout' }
        const now = Date.now()
        const asked = { target, incident: incidentAt(now, target), executionId: 'exe_never', mintedAt: now }
        const shown = await actionOf('kubernetes.scale', integration).preview(
          { ...asked, params: { replicas: 3 } },
          context,
        )
        expect(shown).toMatchObject({ alreadySo: true, refused: expect.stringMatching(/forbids to change it back/) })
      },
    )
  })

  /** Waits for its controllers, so that they do not overtake the dry run. */
  async function written(
    on: Testbed,
    namespace: string,
    { manager, operation, metadata = {}, scaledBy }: OwnershipCase,
  ) {
    const base = checkout('shop/checkout:v1')
    const { labels = {}, annotations = {} } = metadata
    const named = { name: 'checkout', namespace, labels: { app: 'checkout', ...labels }, annotations }
    const body = { ...base, metadata: named }
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments`
    await send(
      on,
      operation === 'Apply'
        ? {
            method: 'PATCH',
            path: `${path}/checkout?fieldManager=${manager}`,
            body,
            contentType: 'application/apply-patch+yaml',
          }
        : { method: 'POST', path: `${path}?fieldManager=${manager}`, body, contentType: 'application/json' },
    )
    if (scaledBy !== undefined) {
      await send(on, {
        method: 'PATCH',
        path: `${path}/checkout/scale?fieldManager=${scaledBy}`,
        body: { spec: { replicas: 2 } },
        contentType: 'application/merge-patch+json',
      })
    }
    const target = { cluster: 'real', apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'checkout' }
    await waitUntil('the Deployment to be healthy', () => isHealthy(integration, target))
  }

  async function annotate(on: Testbed, namespace: string, annotations: Readonly<Record<string, string>>) {
    const contentType = 'application/merge-patch+json'
    await send(on, {
      method: 'PATCH',
      path: `/api/v1/namespaces/${namespace}`,
      body: { metadata: { annotations } },
      contentType,
    })
  }

  async function send(on: Testbed, request: Parameters<Testbed['admin']['send']>[0]) {
    const { status, text } = await on.admin.send(request)
    if (status >= 300) throw new Error(`${request.method} ${request.path}: ${status} ${text}`)
  }
}
