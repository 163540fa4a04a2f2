import { type ModelRequest, modelAnalyzer, ruleAnalyzer } from '@mendkit/core'
import { kubernetesRules } from '@mendkit/kubernetes'
import { type ScriptedReply, scriptedModel, simulatedCluster, simulatedStore } from '@mendkit/testkit'
import { afterEach, describe, expect, test } from 'vitest'
import { type Host, openHost } from '../src/hostile/host.ts'
import { openScenery } from '../src/hostile/scenery.ts'
import { goodAnswer } from '../src/model-analyzer/obedient-model.ts'
import { readQuestion } from '../src/model-analyzer/read-question.ts'

const opened: Host[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((host) => host.stop()))
})

/** A Deployment that never had any other revision, and whose pods say what they lack. */
function neverRan(logs: string) {
  const cluster = simulatedCluster()
  const labels = { app: 'checkout', tier: 'web' }
  cluster.image('shop/app:v1', { behaviour: 'crash', logs })
  cluster.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'checkout', namespace: 'shop', labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'shop/app:v1' }] } },
    },
  })
  cluster.settle()
  cluster.tick(60_000)
  return cluster
}

function hostOn(
  cluster: ReturnType<typeof simulatedCluster>,
  turn: (request: ModelRequest, call: number) => ScriptedReply,
) {
  const model = scriptedModel(turn)
  const scenery = { ...openScenery(), cluster }
  const before = [ruleAnalyzer(kubernetesRules)]
  const host = openHost(scenery, { store: simulatedStore(), before, analyzer: modelAnalyzer({ model }) })
  opened.push(host)
  return { host, model, cluster }
}

async function story({ mendkit }: Host): Promise<string> {
  const [incident] = await mendkit.incidents.list()
  return mendkit.incidents.timeline(incident?.id ?? '', { format: 'markdown' })
}

async function phaseOf({ mendkit }: Host, wanted: readonly string[]) {
  for await (const event of mendkit.watch({ after: -1, signal: AbortSignal.timeout(20_000) })) {
    if (event.type === 'phase-changed' && wanted.includes(event.data.to)) return event.data
  }
  throw new Error(`the incident never was ${wanted.join(' or ')}`)
}

describe('a model behind the rules', () => {
  test('is not asked about what a rule explains', async () => {
    const { cluster } = openScenery()
    const { host, model } = hostOn(cluster, () => ({ kind: 'refusal' }))
    await host.fire()
    await phaseOf(host, ['verifying', 'handed-over', 'escalated'])
    expect([model.requests.length, cluster.effects().length]).toEqual([0, 1])
  })

  test('explains what no rule does in one call, and the incident is handed over with all that it said', async () => {
    const { host, model } = hostOn(neverRan('panic: no DATABASE_URL'), (request) => {
      const seen = readQuestion(request)
      expect(seen.text).toContain('panic: no DATABASE_URL')
      const citations = ['pods.current.crash-looping', 'event.restart-back-off'].map((name) => seen.fact(name))
      const hypothesis = {
        cause: 'missing-config',
        entity: seen.handle('Deployment shop/checkout'),
        summary: 'It needs DATABASE_URL and has none.',
        mechanism: 'Every container ends at once.',
        disproof: 'A pod that runs without it.',
        citations,
        confidence: 1,
      }
      const unknowns = ['what the URL should be']
      return { kind: 'object', object: { unresolved: false, hypotheses: [hypothesis], actions: [], unknowns } }
    })
    await host.fire()
    expect((await phaseOf(host, ['handed-over'])).reason).toBe('no-action')
    expect(model.requests).toHaveLength(1)
    const told = await story(host)
    for (const words of [
      'missing-config',
      'Every container ends at once',
      'A pod that runs without it',
      'what the URL should be',
    ])
      expect(told).toContain(words)
    // Two kinds of what machines observed stand behind it; that the model is sure of itself adds nothing.
    expect(told).toContain('confidence medium')
  })

  test('that fails leaves the incident to people, with the reason in its story', async () => {
    const error = { code: 'unavailable', message: 'the model is overloaded' } as const
    const { host } = hostOn(neverRan('panic'), () => ({ kind: 'error', error }))
    await host.fire()
    expect((await phaseOf(host, ['handed-over'])).reason).toBe('no-diagnosis')
    const told = await story(host)
    expect(told).toContain('the model is overloaded')
    expect(told).toContain('model-failed')
  })
})

test('its action is taken on the object and with the values that machines named, after one call', async () => {
  const scenery = openScenery()
  const model = scriptedModel((request) => ({ kind: 'object', object: goodAnswer(readQuestion(request)) }))
  const host = openHost(scenery, { store: simulatedStore(), analyzer: modelAnalyzer({ model }) })
  opened.push(host)
  await host.fire()
  await phaseOf(host, ['verifying', 'handed-over', 'escalated'])
  expect(model.requests).toHaveLength(1)
  expect(scenery.cluster.effects().map(({ target }) => target)).toMatchObject([
    { kind: 'Deployment', name: 'checkout' },
  ])
})
