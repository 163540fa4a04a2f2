import type { ModelTurn } from '../../model/model-turn.ts'
import type { Metrics } from '../metrics.ts'

/** Counts a call that has ended, by the model that was asked: names of the host's own program, never what a reply calls itself. */
export function countCall(metrics: Metrics, { asked, state, spending }: ModelTurn): void {
  const model = { provider: asked.provider, model: asked.model }
  const { calls, inputTokens, cachedInputTokens, outputTokens, microUsd, ms } = spending
  metrics.count('mendkit_model_calls_total', { ...model, outcome: state }, calls)
  metrics.count('mendkit_model_tokens_total', { ...model, kind: 'input' }, inputTokens - cachedInputTokens)
  metrics.count('mendkit_model_tokens_total', { ...model, kind: 'cached-input' }, cachedInputTokens)
  metrics.count('mendkit_model_tokens_total', { ...model, kind: 'output' }, outputTokens)
  metrics.count('mendkit_model_cost_usd_total', model, microUsd / 1_000_000)
  metrics.observe('mendkit_model_call_seconds', ms, model)
}
