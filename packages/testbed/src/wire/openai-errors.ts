import type { PlayedFailure } from '@mendkit/testkit'

/** The body of an error of OpenAI and of whoever speaks its interface. */
export function openaiFailure({ status, because }: PlayedFailure, words: string): unknown {
  const { type, code, message } = because === undefined ? byStatus(status) : special[because]
  return { error: { message: `${message} (${words})`, type, param: null, code } }
}

interface OpenaiError {
  readonly type: string
  readonly code: string | null
  readonly message: string
}

const special: Readonly<Record<NonNullable<PlayedFailure['because']>, OpenaiError>> = {
  'spent-account': {
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    message: 'You exceeded your current quota, please check your plan and billing details.',
  },
  'context-too-long': {
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    message: 'Your input exceeds the context window of this model.',
  },
  'content-filter': {
    type: 'invalid_request_error',
    code: 'content_filter',
    message: 'The response was filtered due to the prompt triggering the content management policy.',
  },
}

function byStatus(status: number): OpenaiError {
  if (status === 401) return { type: 'invalid_request_error', code: 'invalid_api_key', message: 'Incorrect API key.' }
  if (status === 404) return { type: 'invalid_request_error', code: 'model_not_found', message: 'No such model.' }
  if (status === 429) return { type: 'requests', code: 'rate_limit_exceeded', message: 'Rate limit reached.' }
  if (status >= 500) return { type: 'server_error', code: null, message: 'The server had an error.' }
  return { type: 'invalid_request_error', code: null, message: 'The request is not right.' }
}
