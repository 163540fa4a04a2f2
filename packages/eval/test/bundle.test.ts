import { callContext, scriptedModel } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import {
  type Bundle,
  exportBundle,
  type MakeAnalyzers,
  modelOnly,
  ownScenarios,
  parseBundle,
  play,
  readScenarios,
  replayBundle,
  rulesOnly,
} from '../src/index.ts'

/** Plays one of our scenarios and exports its incident. */
async function bundleOf(id: string, analyzers: MakeAnalyzers = rulesOnly): Promise<Bundle> {
  const scenario = readScenarios(ownScenarios()).find((each) => each.id === id)
  if (scenario === undefined) throw new Error(`no scenario ${id}`)
  const bundles: Bundle[] = []
  await play(scenario, {
    analyzers,
    async inspect({ mendkit, store }) {
      const context = callContext()
      const [incident] = await store.list('incident', { tenant: 'default', limit: 1 }, context)
      if (incident === undefined) throw new Error('no incident')
      bundles.push(await exportBundle({ mendkit, store, tenant: 'default', context }, incident.id))
    },
  })
  const [bundle] = bundles
  if (bundle === undefined) throw new Error('nothing exported')
  // As it is read from a file.
  return parseBundle(JSON.stringify(bundle), `${id}.json`)
}

const says = (cause: string) =>
  modelOnly(
    scriptedModel(() => ({
      kind: 'object',
      object: {
        unresolved: false,
        hypotheses: [
          {
            cause,
            entity: 't1',
            summary: 'it is so',
            mechanism: 'so',
            disproof: 'else',
            citations: ['e1.f0'],
            confidence: 1,
          },
        ],
        actions: [],
        unknowns: [],
      },
    })),
  )

describe('a bundle', () => {
  test.each(['bad-config-crash-loop', 'missing-secret-key', 'config-map-changed', 'wedged-pod'])(
    'of %s leads to the decisions of then, each time',
    async (id) => {
      const bundle = await bundleOf(id)
      const [first, second] = [await replayBundle(bundle), await replayBundle(bundle)]
      expect(bundle.decided.hypotheses).not.toEqual([])
      expect(first).toMatchObject({ hash: bundle.hash, same: true, differences: [] })
      expect(second.hash).toBe(first.hash)
    },
  )

  test('of a model is replayed from its turns, without the model', async () => {
    const bundle = await bundleOf('bad-config-crash-loop', says('flag-switched'))
    expect(bundle.turns.map(({ state }) => state)).toContain('answered')
    expect(bundle.decided.hypotheses).toMatchObject([{ cause: 'flag-switched' }])
    expect(await replayBundle(bundle)).toMatchObject({ same: true, calls: bundle.turns.length })
  })

  test('tells what another analyzer would have decided', async () => {
    const bundle = await bundleOf('bad-config-crash-loop')
    const replay = await replayBundle(bundle, { analyzers: says('cosmic-rays') })
    expect(replay.same).toBe(false)
    expect(replay.differences.map(({ what, is }) => `${is} ${what}`)).toEqual([
      'gone hypothesis',
      'new hypothesis',
      'gone action',
    ])
    expect(replay.differences[1]?.which).toContain('cosmic-rays')
  })

  test('whose evidence is other leads to another hash', async () => {
    const bundle = await bundleOf('bad-config-crash-loop')
    const evidence = bundle.evidence.filter(({ tool }) => tool !== 'kubernetes.rollouts')
    expect((await replayBundle({ ...bundle, evidence })).same).toBe(false)
  })

  test('is refused with the field when it is none', () => {
    expect(() => parseBundle('{"bundle":2}', 'x.json')).toThrow(/x\.json: bundle/)
    expect(() => parseBundle('{', 'x.json')).toThrow(/x\.json is no JSON/)
  })
})
