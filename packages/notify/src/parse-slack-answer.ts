import { z } from 'zod'

/** What Slack said, with HTTP status 200, about a message. */
export type SlackAnswer =
  | { readonly kind: 'taken'; readonly ts?: string }
  /** `error` is one of Slack's own words, such as `channel_not_found`. */
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'no-answer' }

const answer = z.object({ ok: z.boolean(), error: z.unknown().optional(), ts: z.unknown().optional() })
const word = /^[a-z][a-z_]{0,79}$/
const timestamp = /^\d{1,20}\.\d{1,20}$/

/** Reads an answer of Slack's Web API. Nothing of it but a known form goes on: it may repeat what it was sent. */
export function parseSlackAnswer(text: string): SlackAnswer {
  const parsed = answer.safeParse(parseJson(text))
  if (!parsed.success) return { kind: 'no-answer' }
  const { ok, error, ts } = parsed.data
  if (!ok) return { kind: 'refused', error: typeof error === 'string' && word.test(error) ? error : 'unknown_error' }
  return typeof ts === 'string' && timestamp.test(ts) ? { kind: 'taken', ts } : { kind: 'taken' }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
