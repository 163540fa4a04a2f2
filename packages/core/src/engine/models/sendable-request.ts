import type { ModelRequest } from '../../model/model-call.ts'
import { hideInRequest } from '../../redact/hide-in-request.ts'
import type { Parts } from '../parts.ts'
import type { CallSize } from './attempt.ts'
import { estimateTokens } from './estimate-tokens.ts'

/** A request as it is sent: without the host's own secrets, for a reply within the bound; and how large the call can become. */
export function sendableRequest(
  given: ModelRequest,
  { hide, settings }: Pick<Parts, 'hide' | 'settings'>,
): { readonly request: ModelRequest; readonly size: CallSize } {
  const output = Math.min(given.maxOutputTokens, settings.models.mostOutputTokens)
  const request = { ...(hide === undefined ? given : hideInRequest(given, hide)), maxOutputTokens: output }
  return { request, size: { input: estimateTokens(request), output } }
}
