import {
  circuitBreaker,
  concurrencyLimit,
  deadline,
  fallback,
  type LanguageModel,
  recording,
  retrying,
  traced,
} from '@mendkit/core'
import { holdsTo, languageModelContract, scriptedModel, scriptedModelSubject } from '@mendkit/testkit'
import { test } from 'vitest'
import { failing } from './support.ts'

const stacks: Readonly<Record<string, (model: LanguageModel) => LanguageModel>> = {
  retrying: (model) => retrying(model),
  deadline: (model) => deadline(model, { firstProgressMs: 30_000 }),
  circuitBreaker: (model) => circuitBreaker(model),
  concurrencyLimit: (model) => concurrencyLimit(model),
  recording: (model) => recording(model, () => undefined),
  traced: (model) => traced(model, { span: (_, run) => run({ traceparent: '00' }) }),
  'fallback that uses its first model': (model) => fallback([model, scriptedModel([])]),
  'everything at once': (model) => retrying(concurrencyLimit(circuitBreaker(deadline(fallback([model]))))),
}

for (const [name, wrap] of Object.entries(stacks))
  holdsTo(test, name, languageModelContract, async () => scriptedModelSubject(wrap))

holdsTo(
  test,
  'fallback that uses its second model',
  languageModelContract,
  async () =>
    scriptedModelSubject((model) => {
      const { tools, structuredOutput } = model.capabilities
      return fallback([scriptedModel([failing()], { tools, structuredOutput }), model])
    }),
  { 'answers text as it was written, whatever the bytes were split at': 'the reply warns that another model failed' },
)
