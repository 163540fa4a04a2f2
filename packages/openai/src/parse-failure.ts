import { z } from 'zod'

/** Why there is no reply. */
export type ProviderFailure =
  /** Nobody answered, or the connection broke. */
  | { readonly kind: 'no-answer'; readonly detail: string | undefined }
  /** What was answered is no reply of this interface. */
  | { readonly kind: 'no-protocol'; readonly detail: string }
  /** The provider said no. */
  | {
      readonly kind: 'refused'
      /** Absent when it said so within a reply. */
      readonly status: number | undefined
      /** The provider's own words for the kind of error, such as `insufficient_quota`. */
      readonly codes: readonly string[]
      /** The field of the request that it is about. */
      readonly param: string | undefined
      /** What it said: it may repeat what it was sent, the key included. Empty when it said nothing. */
      readonly words: string
      readonly requestId: string | undefined
      readonly retryAfterMs: number | undefined
    }

/** What the vendor's error says of an answer. */
export interface AnsweredError {
  readonly status: number | undefined
  readonly error: unknown
  readonly headers: Headers | undefined
}

const word = z.string().max(100).nullish().catch(undefined)
const said = z.object({
  message: z.string().catch(''),
  type: word,
  code: z.union([word, z.number().transform(String)]).catch(undefined),
  param: word,
})
/** What the vendor's client found under `error`, or the whole where there was no such field. */
const answer = z.union([
  z.string().transform((message) => said.parse({ message })),
  z.object({ detail: z.string() }).transform(({ detail }) => said.parse({ message: detail })),
  said,
])

/** Reads what a provider answered in place of a reply. */
export function parseFailure({ status, error, headers }: AnsweredError): ProviderFailure {
  const { message, type, code, param } = answer.safeParse(error).data ?? said.parse({})
  return {
    kind: 'refused',
    status,
    codes: [code, type].filter((one) => typeof one === 'string'),
    param: param ?? undefined,
    words: message,
    requestId: requestIdOf(headers),
    retryAfterMs: headers === undefined ? undefined : waitOf(headers),
  }
}

/** The provider's name of a request. What cannot be one is not taken over: it would stand in messages. */
export function requestIdOf(headers: Headers | undefined): string | undefined {
  const id = headers?.get('x-request-id') ?? headers?.get('apim-request-id') ?? ''
  return /^[\w.:/=+-]{1,200}$/.test(id) ? id : undefined
}

/** Milliseconds; or seconds or a date, as RFC 9110 allows. */
function waitOf(headers: Headers): number | undefined {
  const ms = headers.get('retry-after-ms') ?? ''
  if (/^\d{1,10}(\.\d+)?$/.test(ms)) return Number(ms)
  const after = headers.get('retry-after') ?? ''
  if (/^\d{1,6}(\.\d+)?$/.test(after)) return Number(after) * 1_000
  const at = Date.parse(after)
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now())
}
