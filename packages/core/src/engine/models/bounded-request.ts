import type { ModelRequest } from '../../model/model-call.ts'
import { hideInRequest } from '../../redact/hide-in-request.ts'
import type { Parts } from '../parts.ts'
import type { CallSize } from './attempt.ts'
import { estimateTokens } from './estimate-tokens.ts'

/** A request as it is sent, without the host's own secrets and for a bounded reply, and how large the call can become. */
export function boundedRequest(
  given: ModelRequest,
  { settings, hide }: Pick<Parts, 'settings' | 'hide'>,
): { readonly request: ModelRequest; readonly size: CallSize } {
  const output = Math.min(given.maxOutputTokens, settings.models.mostOutputTokens)
  const shown = hide === undefined ? given : hideInRequest(given, hide)
  const request = { ...shown, maxOutputTokens: output }
  return { request, size: { input: estimateTokens(request), output } }
}
