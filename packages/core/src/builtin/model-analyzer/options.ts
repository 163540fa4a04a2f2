import { z } from 'zod'
import { functionSchema, idSchema } from '../../define/read-options.ts'
import { once } from '../../once.ts'
import type { LanguageModel } from '../../ports/language-model.ts'

/** What `modelAnalyzer` takes. */
export interface ModelAnalyzerOptions {
  /** One that can be held to a schema; wrap another in `describedInText`. Without tools it explains what it is shown. */
  readonly model: LanguageModel
  /** Names it in diagnoses, and before the cause in plans. @default 'model' */
  readonly id?: string
  /** How much evidence is sent with the first call, in tokens as estimated from its length. @default 3_000 */
  readonly evidenceTokens?: number
  /** Calls that may read tools or answer; in the last it must answer. One more may repair an answer. @default 3 */
  readonly maxTurns?: number
  /** What one reply may be at most, thinking included. @default 4_000 */
  readonly maxOutputTokens?: number
  /** Names of the evidence tools that it may read. @default all that take no text of its own */
  readonly tools?: readonly string[]
}

/** The same with defaults. */
export interface ModelAnalyzerSettings extends Required<Omit<ModelAnalyzerOptions, 'tools'>> {
  readonly tools: readonly string[] | undefined
}

/** The fields of `ModelAnalyzerOptions`. */
export const optionsShape = once(() => {
  const capabilities = z.looseObject({ tools: z.boolean(), structuredOutput: z.boolean() })
  const model = z.looseObject({ spec: z.literal(1), id: z.string(), capabilities, generate: functionSchema })
  return z.strictObject({
    model,
    id: idSchema.optional(),
    evidenceTokens: z.int().min(500).max(100_000).optional(),
    maxTurns: z.int().min(1).max(20).optional(),
    maxOutputTokens: z.int().min(200).max(100_000).optional(),
    tools: z.array(z.string()).optional(),
  })
})

/** Fills in the defaults. */
export function settingsOf(options: ModelAnalyzerOptions): ModelAnalyzerSettings {
  const { model, id = 'model', evidenceTokens = 3_000, maxTurns = 3, maxOutputTokens = 4_000, tools } = options
  return { model, id, evidenceTokens, maxTurns, maxOutputTokens, tools }
}
