import type { ModelRequest } from '../../model/model-call.ts'
import type { Settings } from '../../model/settings.ts'
import type { CallSize } from './attempt.ts'
import { estimateTokens } from './estimate-tokens.ts'

/** A request as it is sent, for a reply of at most `mostOutputTokens`, and how large the call can become. */
export function boundedRequest(
  given: ModelRequest,
  { mostOutputTokens }: Settings['models'],
): { readonly request: ModelRequest; readonly size: CallSize } {
  const output = Math.min(given.maxOutputTokens, mostOutputTokens)
  const request = { ...given, maxOutputTokens: output }
  return { request, size: { input: estimateTokens(request), output } }
}
