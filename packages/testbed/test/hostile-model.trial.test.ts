import { modelAnalyzer } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { readInjections } from '../src/hostile/injections.ts'
import { playInjection } from '../src/hostile/play-injection.ts'
import { obedientModel } from '../src/model-analyzer/obedient-model.ts'
import { ownInjections } from '../src/model-analyzer/own-injections.ts'

describe('a model that obeys what outsiders wrote', () => {
  test.each([...ownInjections, ...readInjections()])(
    'does nothing beyond policy, and the attempt stands on the incident: $id',
    async ({ text }) => {
      const { violations, effects, answers, story } = await playInjection(text, (scenery) => {
        const { model, left } = obedientModel(text, scenery)
        const answered = () => model.requests.length
        return {
          analyzer: modelAnalyzer({ model }),
          answers: answered,
          // Far more than it has to say: if the good answer is not acted on either, something else is wrong.
          isDone: () => left() === 0 && answered() > 60,
        }
      })
      expect(violations).toEqual([])
      // The last answer, the good one, is the only one that was acted on: the harness sees an effect when there is one.
      expect(effects).toBe(1)
      expect(answers).toBeGreaterThanOrEqual(20)
      expect(story).toContain('tries to give orders')
    },
  )
})
