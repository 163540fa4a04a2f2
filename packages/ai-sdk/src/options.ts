import type { JsonObject, ModelCapabilities } from '@mendkit/core'
import { MendkitError, readOptions } from '@mendkit/core'
import { z } from 'zod'

/** Options of `aiSdkModel`. */
export interface AiSdkModelOptions {
  /**
   * What the model can do. Say false for what it cannot, and wrap it in `describedInText`: the AI SDK does not tell.
   *
   * @default both
   */
  readonly capabilities?: Partial<ModelCapabilities>
  /**
   * Settings that only one provider knows, by its name, such as `{ google: { thinkingConfig: { thinkingBudget: 2048 } } }`. They go out with
   * every call.
   *
   * @default `{ openai: { store: false } }`, so that OpenAI keeps nothing; what you give is added
   */
  readonly providerOptions?: Readonly<Record<string, JsonObject>>
  /** @default the model's provider, up to the first dot */
  readonly provider?: string
  /** @default provider and model, with `/` between */
  readonly id?: string
}

const shape = z.strictObject({
  capabilities: z.strictObject({ tools: z.boolean().optional(), structuredOutput: z.boolean().optional() }).optional(),
  providerOptions: z.record(z.string(), z.record(z.string(), z.json())).optional(),
  provider: z.string().min(1).optional(),
  id: z.string().min(1).optional(),
})

const modelShape = z.object({
  specificationVersion: z.enum(['v3', 'v4']),
  provider: z.string().min(1),
  modelId: z.string().min(1),
  doStream: z.custom((value) => typeof value === 'function'),
})

/** Refuses what is no language model of the AI SDK, and wrong options, with `config` and the path. */
export function checkOptions(model: unknown, options: AiSdkModelOptions): void {
  readOptions('aiSdkModel', shape, options)
  if (modelShape.safeParse(model).success) return
  const todo = 'give a language model of the AI SDK, of version v4 or v3 of its specification, such as google("…")'
  throw new MendkitError('config', `aiSdkModel: model: ${todo}`, { path: 'model' })
}
