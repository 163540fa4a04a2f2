import { callContext, checkContract, evidenceContract, holdsTo, simulatedCluster } from '@mendkit/testkit'
import { test } from 'vitest'
import { kubernetes, kubernetesClient } from '../src/index.ts'
import { badRollout, checkout, incidentAt, integrationOn, resourceAt, symptomOf } from './scene.ts'

const input = { kind: 'Deployment', namespace: 'shop', name: 'checkout' }
const tools = ['workload', 'rollouts', 'pods', 'events', 'previous-logs', 'owners']
const secret = 'token-that-nobody-may-see'

/** A client that no server answers. */
function nowhere() {
  return { read: kubernetesClient({ kubeconfig: '/nowhere/kubeconfig' }) }
}

function refusing() {
  const cluster = badRollout()
  cluster.inject({ fault: 401, times: Number.POSITIVE_INFINITY })
  return cluster
}

function cutOff() {
  const cluster = badRollout()
  cluster.inject({ fault: 'refused', times: Number.POSITIVE_INFINITY })
  return cluster
}

function sourceOf(integration: ReturnType<typeof kubernetes>) {
  const [source] = integration.evidence ?? []
  if (source === undefined) throw new Error('no evidence source')
  return source
}

function checkOf(integration: ReturnType<typeof kubernetes>) {
  const [check] = integration.checks ?? []
  if (check === undefined) throw new Error('no check')
  return check
}

holdsTo(test, 'kubernetes evidence', evidenceContract, async () => {
  const cluster = badRollout()
  return {
    source: sourceOf(integrationOn(cluster)),
    incident: incidentAt(cluster.now()),
    symptoms: [symptomOf(resourceAt())],
    answered: tools.map((name) => ({ tool: `kubernetes.${name}`, input })),
    gone: { tool: 'kubernetes.workload', input: { ...input, name: 'nobody' } },
    unreachable: sourceOf(integrationOn(cutOff())),
    rejected: sourceOf(integrationOn(refusing())),
    secret,
  }
})

holdsTo(test, 'kubernetes workload health', checkContract, async () => {
  const cluster = simulatedCluster()
  cluster.apply(checkout('shop/checkout:v1'))
  const unseen = checkOf(integrationOn(cluster))
  const well = simulatedCluster()
  well.apply(checkout('shop/checkout:v1'))
  well.settle()
  const target = { ...resourceAt(), labels: {} }
  const question = { incident: incidentAt(cluster.now()), target, symptoms: [] }
  const down = badRollout({ behaviour: 'crash' }, { strategy: { type: 'Recreate' } })
  return {
    good: { check: checkOf(integrationOn(well)), input: question },
    bad: { check: checkOf(integrationOn(down)), input: question },
    noData: { check: unseen, input: question },
    unreachable: { check: checkOf(integrationOn(cutOff())), input: question },
    elsewhere: { check: unseen, input: { ...question, target: { ...target, cluster: 'another' } } },
    rejected: { check: checkOf(integrationOn(refusing())), input: question },
    secret,
  }
})

test('nothing is asked of a cluster before the engine runs', async ({ expect }) => {
  const integration = kubernetes({ cluster: 'test', ...nowhere() })
  expect(integration.clusters).toEqual(['test'])
  const request = sourceOf(integration).tools[0]?.read(input, callContext())
  await expect(request).rejects.toMatchObject({ code: 'config' })
})
