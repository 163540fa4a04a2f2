import { ruleAnalyzer } from '@mendkit/core'
import {
  analyzerContract,
  callContext,
  checkContract,
  evidenceContract,
  holdsTo,
  investigationOf,
  type SimulatedCluster,
  simulatedCluster,
  topologyContract,
} from '@mendkit/testkit'
import { test } from 'vitest'
import { kubernetes, kubernetesClient, kubernetesRules } from '../src/index.ts'
import { autoscaler, cronJob, job } from './catalogue-cases.ts'
import { gather } from './diagnose.ts'
import {
  badRollout,
  checkout,
  healthy,
  incidentAt,
  integrationOn,
  podResource,
  podsOf,
  resourceAt,
  symptomOf,
  wiring,
} from './scene.ts'

const input = { kind: 'Deployment', namespace: 'shop', name: 'checkout' }
const tools = ['workload', 'rollouts', 'pods', 'events', 'previous-logs', 'owners', 'topology']
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

function topologyOf(integration: ReturnType<typeof kubernetes>) {
  const [topology] = integration.topology ?? []
  if (topology === undefined) throw new Error('no topology')
  return topology
}

function checkOf(integration: ReturnType<typeof kubernetes>, what = 'workload') {
  const check = integration.checks?.find(({ id }) => id.startsWith(`kubernetes.${what}-health`))
  if (check === undefined) throw new Error('no check')
  return check
}

holdsTo(test, 'kubernetes evidence', evidenceContract, async () => {
  const cluster = badRollout()
  cluster.apply(autoscaler({ minReplicas: 2, maxReplicas: 3 }))
  cluster.apply(job([{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }]))
  for (const manifest of wiring('shop')) cluster.apply(manifest)
  return {
    source: sourceOf(integrationOn(cluster, { nodes: true })),
    incident: incidentAt(cluster.now()),
    symptoms: [symptomOf(resourceAt())],
    answered: [
      ...tools.map((name) => ({ tool: `kubernetes.${name}`, input })),
      { tool: 'kubernetes.autoscaler', input: { namespace: 'shop', name: 'checkout' } },
      { tool: 'kubernetes.job', input: { ...input, kind: 'Job' } },
      ...['service', 'claim', 'disruption-budget'].map((name) => ({
        tool: `kubernetes.${name}`,
        input: { namespace: 'shop', name: 'checkout' },
      })),
      { tool: 'kubernetes.node', input: { name: 'node-1' } },
    ],
    gone: { tool: 'kubernetes.workload', input: { ...input, name: 'nobody' } },
    unreachable: sourceOf(integrationOn(cutOff(), { nodes: true })),
    rejected: sourceOf(integrationOn(refusing(), { nodes: true })),
    secret,
  }
})

holdsTo(test, 'kubernetes workload health', checkContract, async () => {
  const cluster = simulatedCluster()
  cluster.apply(checkout('shop/checkout:v1'))
  const unseen = checkOf(integrationOn(cluster))
  const well = healthy()
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

holdsTo(test, 'kubernetes node health', checkContract, async () => {
  const reference = { apiVersion: 'v1', kind: 'Node', name: 'node-1' }
  const nodes = { nodes: true }
  const target = { cluster: 'test', ...reference, labels: {} }
  const question = { incident: incidentAt(0, target), target, symptoms: [] }
  const saying = (status: string) => {
    const cluster = simulatedCluster()
    cluster.report(reference, { conditions: [{ type: 'Ready', status }] })
    return { check: checkOf(integrationOn(cluster, nodes), 'node'), input: question }
  }
  return {
    good: saying('True'),
    bad: saying('False'),
    noData: saying('Unknown'),
    unreachable: { check: checkOf(integrationOn(cutOff(), nodes), 'node'), input: question },
    elsewhere: { ...saying('True'), input: { ...question, target: { ...target, cluster: 'another' } } },
    rejected: { check: checkOf(integrationOn(refusing(), nodes), 'node'), input: question },
    secret,
  }
})

const cronJobs = async () => {
  const target = { ...resourceAt(), apiVersion: 'batch/v1', kind: 'CronJob', labels: {} }
  const question = { incident: incidentAt(0, target), target, symptoms: [] }
  const saying = (...types: readonly string[]) => {
    const cluster = simulatedCluster()
    const { uid } = cluster.apply(cronJob()).metadata
    const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'checkout', uid, controller: true }]
    for (const type of types) cluster.apply(job([{ type, status: 'True' }], { ownerReferences }))
    return { check: checkOf(integrationOn(cluster), 'cronjob'), input: question }
  }
  return {
    good: saying('Complete'),
    bad: saying('Failed'),
    noData: saying(),
    unreachable: { check: checkOf(integrationOn(cutOff()), 'cronjob'), input: question },
    elsewhere: { ...saying(), input: { ...question, target: { ...target, cluster: 'another' } } },
    rejected: { check: checkOf(integrationOn(refusing()), 'cronjob'), input: question },
    secret,
  }
}
holdsTo(test, 'kubernetes CronJob health', checkContract, cronJobs, {
  'measures the same thing in good and bad times, and its number tells them apart':
    'the newest Job is another one each time, and how it ended is no number',
})

holdsTo(test, 'kubernetes owners', topologyContract, async () => {
  const cluster = badRollout()
  const [pod] = podsOf(cluster)
  if (pod === undefined) throw new Error('no pod')
  const owned = podResource(pod)
  return {
    topology: topologyOf(integrationOn(cluster, { namespaces: ['shop'] })),
    owned,
    unknown: [
      { ...owned, name: 'gone' },
      { ...owned, uid: 'of-another-pod-with-this-name' },
      { ...owned, cluster: 'another' },
      { ...owned, namespace: 'not-ours' },
      { ...owned, apiVersion: 'shop/v1', kind: 'Queue' },
    ],
    unreachable: topologyOf(integrationOn(cutOff())),
    rejected: topologyOf(integrationOn(refusing())),
    secret,
  }
})

for (const [name, behaviour] of Object.entries({
  'bad rollout': { behaviour: 'crash' },
  'image that cannot be pulled': { behaviour: 'unpullable' },
} as const)) {
  holdsTo(test, `kubernetesRules on a ${name}`, analyzerContract, () => explaining(badRollout(behaviour)))
}

holdsTo(test, 'kubernetesRules on a wedged pod', analyzerContract, () => {
  const cluster = healthy()
  cluster.breakPod({ namespace: 'shop', name: podsOf(cluster)[0]?.metadata.name ?? '' }, 'not-ready')
  cluster.settle()
  return explaining(cluster)
})

/** The rules as the engine runs them, before an incident that they explain and one where all is well. */
async function explaining(cluster: SimulatedCluster) {
  const about = async (one: SimulatedCluster) => {
    const integration = integrationOn(one)
    const [incident, symptoms] = [incidentAt(one.now()), [symptomOf(resourceAt())]]
    const facts = await gather(integration, incident, symptoms)
    const actions = integration.remediators?.flatMap((remediator) => remediator.actions) ?? []
    return investigationOf({ incident, symptoms, facts, catalogue: actions.map(({ type }) => type) })
  }
  const analyzer = ruleAnalyzer(kubernetesRules)
  return { analyzer, explained: await about(cluster), unexplained: await about(healthy()) }
}

test('nothing is asked of a cluster before the engine runs', async ({ expect }) => {
  const integration = kubernetes({ cluster: 'test', ...nowhere() })
  expect(integration.clusters).toEqual(['test'])
  const request = sourceOf(integration).tools[0]?.read(input, callContext())
  await expect(request).rejects.toMatchObject({ code: 'config' })
})
