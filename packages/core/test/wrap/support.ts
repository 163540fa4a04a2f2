import {
  type LanguageModel,
  type ModelProgress,
  type ModelReply,
  type ModelRequest,
  redact,
  systemRandom,
} from '@mendkit/core'
import { callContext, type ScriptedReply } from '@mendkit/testkit'

/** A request of one question. */
export function asking(text = 'Why?', more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    instructions: redact('You are brief.'),
    messages: [{ role: 'user', text: redact(text) }],
    tools: [],
    toolChoice: 'auto',
    maxOutputTokens: 1_000,
    ...more,
  }
}

/** A scripted failure. */
export function failing(
  code: 'unavailable' | 'bad-response' | 'rejected' | 'not-found' = 'unavailable',
  facts: { readonly retryAfterMs?: number; readonly status?: number } = {},
): ScriptedReply {
  return { kind: 'error', error: { code, message: `the provider: ${code}`, ...facts }, times: 'always' }
}

/** A scripted text, for every call. */
export const fine: ScriptedReply = { kind: 'text', text: 'fine', times: 'always' }

/** Chance that is always the same: of a wait with jitter, the whole. */
export const mostJitter = { ...systemRandom, number: () => 1 - Number.EPSILON }

/** What became of a call: its reply or its error. */
export interface Outcome {
  readonly reply?: ModelReply
  readonly error?: unknown
  readonly progress: readonly ModelProgress[]
}

/** Makes a call and keeps what becomes of it. */
export async function outcomeOf(
  model: LanguageModel,
  request: ModelRequest = asking(),
  ctx: Parameters<LanguageModel['generate']>[1] = callContext(),
): Promise<Outcome> {
  const progress: ModelProgress[] = []
  const onProgress = (one: ModelProgress) => progress.push(one)
  try {
    return { reply: await model.generate(request, { ...ctx, onProgress }), progress }
  } catch (error) {
    return { error, progress }
  }
}
