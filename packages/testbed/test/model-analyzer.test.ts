import { type ModelRequest, modelAnalyzer } from '@mendkit/core'
import { type ScriptedReply, scriptedModel, simulatedStore } from '@mendkit/testkit'
import { afterEach, describe, expect, test } from 'vitest'
import { type Host, openHost } from '../src/hostile/host.ts'
import { openScenery, type Scenery } from '../src/hostile/scenery.ts'
import { goodAnswer } from '../src/model-analyzer/obedient-model.ts'
import { readQuestion } from '../src/model-analyzer/read-question.ts'

const opened: Host[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((host) => host.stop()))
})

function hostWith(turn: (request: ModelRequest, call: number) => ScriptedReply, scenery: Scenery = openScenery()) {
  const model = scriptedModel(turn, { disobeys: true })
  const host = openHost(scenery, { store: simulatedStore(), analyzer: modelAnalyzer({ model }) })
  opened.push(host)
  return { host, model, scenery }
}

async function phaseOf({ mendkit }: Host, wanted: readonly string[]) {
  for await (const event of mendkit.watch({ after: -1, signal: AbortSignal.timeout(20_000) })) {
    if (event.type === 'phase-changed' && wanted.includes(event.data.to)) return event.data
  }
  throw new Error(`the incident never was ${wanted.join(' or ')}`)
}

describe('a model that explains what no rule does', () => {
  test('its diagnosis is acted on with one call, on the object and with the values that machines named', async () => {
    const { host, model, scenery } = hostWith((request) => ({
      kind: 'object',
      object: goodAnswer(readQuestion(request)),
    }))
    await host.fire()
    await phaseOf(host, ['verifying', 'handed-over', 'escalated'])
    expect(model.requests).toHaveLength(1)
    const effects = scenery.cluster.effects()
    expect(effects.map(({ target }) => target)).toMatchObject([{ kind: 'Deployment', name: 'checkout' }])
    const [incident] = await host.mendkit.incidents.list()
    const story = await host.mendkit.incidents.timeline(incident?.id ?? '', { format: 'markdown' })
    expect(story).toContain('It crashes since its last rollout.')
  })
})
