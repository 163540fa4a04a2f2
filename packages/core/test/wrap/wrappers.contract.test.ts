import {
  circuitBreaker,
  concurrencyLimit,
  deadline,
  fallback,
  type LanguageModel,
  modelStack,
  recording,
  retrying,
  type Telemetry,
  traced,
} from '@mendkit/core'
import { holdsTo, languageModelContract, scriptedModel, scriptedModelSubject } from '@mendkit/testkit'
import { test } from 'vitest'
import { failing } from './support.ts'

const telemetry: Telemetry = { span: (_, run) => run({ traceparent: '00' }) }

const stacks: Readonly<Record<string, (model: LanguageModel) => LanguageModel>> = {
  retrying: (model) => retrying(model),
  deadline: (model) => deadline(model, { firstProgressMs: 30_000 }),
  circuitBreaker: (model) => circuitBreaker(model),
  concurrencyLimit: (model) => concurrencyLimit(model),
  recording: (model) => recording(model, () => undefined),
  traced: (model) => traced(model, telemetry),
  'fallback that uses its first model': (model) => fallback([model, scriptedModel([])]),
}

for (const [name, wrap] of Object.entries(stacks))
  holdsTo(test, name, languageModelContract, async () => scriptedModelSubject(wrap))

holdsTo(
  test,
  'everything at once',
  languageModelContract,
  async () => scriptedModelSubject((model) => recording(fallback([modelStack(model, { telemetry })]), () => undefined)),
  {
    'throws unsupported, and sends nothing, for tools and schemas that it says it does not have':
      'it has both, in words',
  },
)

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
