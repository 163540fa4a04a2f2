import { z } from 'zod'

const text = z.string().nullish().catch(undefined)
const inner = z.object({ type: text, code: text, status: text, message: text })
const body = z.union([z.object({ error: inner }).transform(({ error }) => error), inner])

const apiCall = z.object({
  statusCode: z.int().optional(),
  responseHeaders: z.record(z.string(), z.string()).optional().catch(undefined),
  responseBody: z.string().optional().catch(undefined),
  data: z.unknown().optional(),
  cause: z.unknown().optional(),
})

/** What went wrong, as far as a provider of the AI SDK tells it. */
export type ProviderFailure =
  /** The provider answered with an error. `words` are for finding out what it means: they may repeat a key. */
  | {
      readonly kind: 'refused'
      readonly status: number | undefined
      readonly headers: Readonly<Record<string, string>>
      readonly codes: readonly string[]
      readonly words: string
    }
  | { readonly kind: 'no-protocol' | 'unsupported' | 'no-model' | 'no-key' | 'bad-call' }
  | { readonly kind: 'no-answer'; readonly code: string | undefined }

/** Errors of the AI SDK by their names, which are markers that survive several copies of its packages. */
const kinds = {
  AI_JSONParseError: 'no-protocol',
  AI_TypeValidationError: 'no-protocol',
  AI_InvalidResponseDataError: 'no-protocol',
  AI_EmptyResponseBodyError: 'no-protocol',
  AI_NoContentGeneratedError: 'no-protocol',
  AI_UnsupportedFunctionalityError: 'unsupported',
  AI_NoSuchModelError: 'no-model',
  AI_LoadAPIKeyError: 'no-key',
  AI_LoadSettingError: 'no-key',
  AI_InvalidPromptError: 'bad-call',
  AI_InvalidArgumentError: 'bad-call',
} as const

const noAnswer: ProviderFailure = { kind: 'no-answer', code: undefined }

/** Reads what a provider threw, or sent within a reply. */
export function parseFailure(error: unknown): ProviderFailure {
  const [, kind] = Object.entries(kinds).find(([name]) => hasMarker(error, name)) ?? []
  if (kind !== undefined) return { kind }
  if (hasMarker(error, 'AI_APICallError')) {
    const { statusCode: status, responseHeaders: headers = {}, responseBody, data, cause } = apiCall.parse(error)
    // An answer that was none, or that broke off: why stands in the cause.
    if (status !== undefined && status < 300) return cause === undefined ? noAnswer : parseFailure(cause)
    if (status !== undefined) return { kind: 'refused', status, headers, ...saidIn(data ?? parsed(responseBody)) }
  }
  const said = saidIn(error instanceof Error ? undefined : error)
  if (said.codes.length > 0) return { kind: 'refused', status: undefined, headers: {}, ...said }
  return { kind: 'no-answer', code: connectionFault(error) }
}

function hasMarker(error: unknown, name: string): boolean {
  return (
    typeof error === 'object' && error !== null && Reflect.get(error, Symbol.for(`vercel.ai.error.${name}`)) === true
  )
}

function saidIn(value: unknown): { readonly codes: readonly string[]; readonly words: string } {
  const { type, code, status, message } = body.safeParse(value).data ?? {}
  const codes = [type, code, status]
    .filter((one) => one != null)
    .filter((one) => /^[A-Za-z][A-Za-z_.-]{1,60}$/.test(one))
  return { codes, words: message ?? '' }
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

const maxCauses = 5

/** The system's code of a connection that failed, such as `ECONNREFUSED`. */
function connectionFault(error: unknown): string | undefined {
  let current = error
  for (let depth = 0; depth < maxCauses && current instanceof Error; depth += 1) {
    const { code } = current as { code?: unknown }
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code
    current = current.cause
  }
  return undefined
}
