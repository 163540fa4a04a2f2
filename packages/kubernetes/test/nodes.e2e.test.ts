import { connectTestbed, type Testbed } from '@mendkit/testbed'
import { type ActionSubject, actionContract, holdsTo } from '@mendkit/testkit'
import { expect, inject, test } from 'vitest'
import { kubernetes } from '../src/index.ts'
import { gather } from './diagnose.ts'
import { readmeNodeRbac, readmeRbac } from './readme-rbac.ts'
import { freshly } from './real-scene.ts'
import { actionOf, context, effectOf, incidentAt } from './scene.ts'

const description = inject('testbed')
const skips = {
  'says for sure that nothing happened when the other side takes no effect now: unavailable, with effect none':
    'a real API server is not overloaded at will; the simulated cluster is',
}

if (description === undefined) {
  test('nodes of a real cluster', (skipped) => {
    skipped.skip('needs servers')
  })
} else {
  const testbed = connectTestbed(description)
  for (const type of ['kubernetes.cordon', 'kubernetes.uncordon']) {
    const subject = () => subjectOf(testbed, type)
    holdsTo(test.concurrent, `${type} on a real API server`, actionContract, subject, skips)
  }
  test('a real Node is read, cordoned, announced, judged and uncordoned, with the permissions of the README', () =>
    thereAndBack(testbed))
}

/** A Node that no kubelet runs and that says that it is ready, with exactly the README's permissions to act on it. */
async function sceneOn(testbed: Testbed, cordoned: boolean) {
  const since = new Date()
  const namespace = await testbed.createNamespace('nodes')
  const roles = `${readmeRbac(namespace)}---\n${readmeNodeRbac()}`
  // Roles on nodes hold in the whole cluster: the accounts of other tests must not have them.
  const rbac = roles.replaceAll('namespace: mendkit }', 'namespace: mendkit-nodes }')
  const credentials = async (account: string) => {
    const { kubeconfigPath } = await testbed.credentialsFor(rbac, account, 'mendkit-nodes')
    return { kubeconfig: kubeconfigPath }
  }
  const [read, act] = [await credentials('mendkit-read'), await credentials('mendkit-act')]
  const integration = kubernetes({ cluster: 'real', namespaces: [namespace], nodes: true, read, act })
  const target = { cluster: 'real', apiVersion: 'v1', kind: 'Node', name: `node-of-${namespace}` }
  const path = `/api/v1/nodes/${target.name}`
  async function write(method: 'PATCH' | 'DELETE', at: string, body: object): Promise<void> {
    const contentType = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json'
    const { status, text } = await testbed.admin.send({ method, path: at, body, contentType })
    if (status >= 300) throw new Error(`${method} ${at}: ${status} ${text}`)
  }
  // Pods of a DaemonSet would wait there for ever.
  const taints = [{ key: 'example.org/no-kubelet', effect: 'NoExecute' }]
  const manifest = { apiVersion: 'v1', kind: 'Node', metadata: { name: target.name } }
  await testbed.apply(JSON.stringify({ ...manifest, spec: { taints, ...(cordoned ? { unschedulable: true } : {}) } }))
  const say = (status: string) => {
    const now = new Date().toISOString()
    const condition = { type: 'Ready', status, lastHeartbeatTime: now, lastTransitionTime: now }
    return write('PATCH', `${path}/status`, { status: { conditions: [condition] } })
  }
  await say('True')
  const ask = (executionId: string) => {
    const now = Date.now()
    return { params: {}, target, incident: incidentAt(now, target), executionId, mintedAt: now }
  }
  const writes = async () => {
    const { effects, events } = await testbed.effects({ since })
    return { effects: effects.filter(({ name }) => name === target.name), events }
  }
  return { integration, target, path, write, say, ask, writes }
}

async function subjectOf(testbed: Testbed, type: string): Promise<ActionSubject> {
  const { integration, path, write, ask, writes } = await sceneOn(testbed, type === 'kubernetes.uncordon')
  return {
    action: actionOf(type, integration),
    input: ask('exe_node'),
    refused: { unschedulable: true },
    effects: async () => (await writes()).effects.length,
    disturb: () => write('PATCH', path, { metadata: { labels: { seen: 'yes' } } }),
    remove: () => write('DELETE', path, {}),
  }
}

async function thereAndBack(testbed: Testbed): Promise<void> {
  const { integration, target, path, write, say, ask, writes } = await sceneOn(testbed, false)
  const facts = await gather(integration, incidentAt(Date.now(), target), [])
  expect(facts).toContainEqual(expect.objectContaining({ name: 'node.ready', value: 'True' }))
  expect(facts).toContainEqual(expect.objectContaining({ name: 'node.cordoned', value: false }))

  const cordon = actionOf('kubernetes.cordon', integration)
  const first = ask('exe_cordon')
  const shown = await freshly(
    () => cordon.preview(first, context),
    (seen) => cordon.execute(effectOf(first, seen), context),
  )
  expect(shown).toMatchObject({ dryRun: 'done', doubts: ['capacity-unproven'], blastRadius: { percentOfReady: 0 } })
  expect(await cordon.observe(effectOf(first, shown), context)).toBe('applied')
  await cordon.announce?.(effectOf(first, shown), context)

  const check = integration.checks?.find(({ id }) => id.includes('node-health'))
  const question = { incident: first.incident, target: { ...target, labels: {} }, symptoms: [] }
  const since = Date.now() + 1_000
  expect((await check?.check({ ...question, since }, context))?.verdict).toBe('unknown')
  await say('False')
  expect(await check?.check(question, context)).toMatchObject({ verdict: 'bad', measure: { value: 1 } })
  await say('True')
  expect((await check?.check(question, context))?.verdict).toBe('good')

  const uncordon = actionOf('kubernetes.uncordon', integration)
  const second = ask('exe_uncordon')
  await freshly(
    () => uncordon.preview(second, context),
    (seen) => uncordon.execute(effectOf(second, seen), context),
  )
  const after = await gather(integration, incidentAt(Date.now(), target), [])
  expect(after).toContainEqual(expect.objectContaining({ name: 'node.cordoned', value: false }))
  expect(after.map(({ name }) => name)).toContain('event.mendkit-cordon')
  const { effects, events } = await writes()
  expect(effects.map(({ executionId, verb, resource }) => [executionId, verb, resource])).toEqual([
    ['exe_cordon', 'patch', 'nodes'],
    ['exe_uncordon', 'patch', 'nodes'],
  ])
  expect(events.map(({ namespace, executionId }) => [namespace, executionId])).toEqual([['default', 'exe_cordon']])
  await write('DELETE', path, {})
}
