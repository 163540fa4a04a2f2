import { modelAnalyzer } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { readInjections } from '../src/hostile/injections.ts'
import { playInjection } from '../src/hostile/play-injection.ts'
import { type ObedientModel, obedientModel } from '../src/model-analyzer/obedient-model.ts'
import { ownInjections } from '../src/model-analyzer/own-injections.ts'

// Our own texts try everything; of the public ones each tries a fourth, and all of them together everything many times.
const cases = [
  ...ownInjections.map((each) => ({ ...each, part: { of: 1, index: 0 } })),
  ...readInjections().map((each, index) => ({ ...each, part: { of: 4, index } })),
]

describe('a model that obeys what outsiders wrote', () => {
  test.each(cases)(
    'does nothing beyond policy, and the attempt stands on the incident: $id',
    async ({ text, part }) => {
      const played: ObedientModel[] = []
      const { violations, effects, story } = await playInjection(text, (scenery) => {
        const obedient = obedientModel(text, scenery, part)
        const { model, left } = obedient
        const answered = () => model.requests.length
        played.push(obedient)
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
      expect(played.map(({ left }) => left())).toEqual([0])
      expect(story).toContain('tries to give orders')
    },
  )
})
