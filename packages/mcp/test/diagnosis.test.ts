import { createMendkit, defineEvidence, modelAnalyzer } from '@mendkit/core'
import { scriptedModel } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { type McpOptions, mcp } from '../src/index.ts'
import { deploysOverHttp } from './http-server.ts'
import { stdioServer } from './setup.ts'

const hypothesis = {
  cause: 'bad-deploy',
  entity: 't1',
  summary: 'It fails since deploy 17.',
  mechanism: 'The deploy came right before.',
  disproof: 'Failures before 11:58.',
  citations: ['e1.f0', 'e2.f1'],
  confidence: 0.9,
}

const resource = { cluster: 'test', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'checkout' }
const workload = defineEvidence({
  id: 'workload',
  tools: [
    {
      name: 'workload.state',
      description: 'Reads the state.',
      input: z.object({}),
      read: async () => ({ resource, facts: [{ name: 'workload.ready', kind: 'status', value: 0, resource }] }),
    },
  ],
  gather: async () => [{ tool: 'workload.state', input: {} }],
})

/** Diagnoses one incident with a model that asks `deploys.list-deploys` and cites what it reads. */
async function diagnose(server: McpOptions['server']) {
  const model = scriptedModel([
    { kind: 'tool-calls', calls: [{ name: 'deploys_list-deploys', input: { environment: 'production' } }] },
    { kind: 'object', object: { unresolved: false, hypotheses: [hypothesis], actions: [], unknowns: [] } },
  ])
  const mendkit = createMendkit({
    integrations: [
      { clusters: ['test'], evidence: [workload] },
      mcp({ id: 'deploys', server, tools: ['list_deploys', 'search_logs'] }),
    ],
    analyzers: [modelAnalyzer({ model })],
    settings: { correlation: { settleMs: 0 }, mappings: [{ id: 'checkout', resource: () => resource }] },
  })
  onTestFinished(() => mendkit.close())
  const running = mendkit.run()
  const now = new Date().toISOString()
  const alerts = [{ labels: { alertname: 'CheckoutFailing' }, startsAt: now }]
  const events = mendkit.watch()[Symbol.asyncIterator]()
  await mendkit.ingest({ source: 'am', complete: false, asOf: now, alerts })
  for (let next = await events.next(); next.done !== true; next = await events.next()) {
    if (next.value.type === 'diagnosis-made') break
  }
  const [incident] = await mendkit.incidents.list()
  const story = await mendkit.incidents.timeline(incident?.id ?? '')
  await mendkit.close()
  await running
  return { requests: model.requests, story: JSON.stringify(story) }
}

test.each([
  ['in a child process', async () => stdioServer()],
  ['over HTTP', async () => ({ url: (await deploysOverHttp()).url })],
])('a model reads a tool of a server %s, and its diagnosis cites the reading', async (_, server) => {
  const { requests, story } = await diagnose(await server())
  const [first, second] = requests
  // The tool that wants free text is not there: a model may write none.
  expect(first?.tools.map(({ name }) => name)).toContain('deploys_list-deploys')
  expect(first?.tools.map(({ name }) => name)).not.toContain('deploys_search-logs')
  expect(JSON.stringify(second?.messages)).toContain('deploy 17 of checkout to production at 11:58 by ana')
  expect(story).toContain('bad-deploy')
  expect(story).toContain('deploys.list-deploys')
})
