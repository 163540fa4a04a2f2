import type { RefusedAlert } from '@mendkit/core'

/** Body of an answer that took the alerts. */
export interface WebhookAnswer {
  /** Alerts taken, changed or not. */
  readonly accepted: number
  /** Alerts that opened, changed or ended an episode. */
  readonly changed: number
  /** Alerts that were not taken; `index` and `path` are those of the payload. */
  readonly refused: readonly RefusedAlert[]
  /** What could not be had beside what was taken. */
  readonly warnings: readonly string[]
}

/** Body of an answer that is not a success. */
export interface WebhookFailure {
  /** What went wrong, in one sentence. */
  readonly error: string
  /** The field that was refused, such as `alerts[3].labels.severity`. */
  readonly path?: string
  /** What to do about it. */
  readonly hint: string
}

/** An answer before it is put into a `Response`. */
export type WebhookReply =
  | { readonly status: 200; readonly body: WebhookAnswer }
  | {
      readonly status: 400 | 401 | 403 | 405 | 413 | 500 | 503
      readonly body: WebhookFailure
      readonly headers: Readonly<Record<string, string>>
    }

/** An answer that is not a success. */
export type FailureReply = Exclude<WebhookReply, { readonly status: 200 }>

/** 200: everything that could be taken is durable. */
export function taken(body: WebhookAnswer): WebhookReply {
  return { status: 200, body }
}

/** An answer that says what went wrong and what to do. */
export function refuse(
  status: FailureReply['status'],
  body: WebhookFailure,
  headers: Readonly<Record<string, string>> = {},
): FailureReply {
  return { status, body, headers }
}

/** 503: Alertmanager sends the same again, so nothing is lost. */
export function tryLater(failure: WebhookFailure, retryAfterMs = 5_000): FailureReply {
  return refuse(503, failure, { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) })
}
