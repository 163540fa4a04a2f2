import { type ErrorCode, MendkitError } from '../errors.ts'
import type { ModelName, ModelReply, ModelRequest } from '../model/model-call.ts'
import type { ModelCapabilities } from '../ports/language-model.ts'
import { byKind, field, flag, object, optional, text, whole } from '../stored/field.ts'
import { issuePath } from '../stored/issue-path.ts'
import { requestPrefix, requestRest, storedReply } from '../stored/model-call.ts'

/** Which model was recorded, and what it could do. */
export interface RecordedModel extends ModelName {
  readonly id: string
  readonly capabilities: ModelCapabilities
}

/** A failure as it is kept. */
export interface RecordedFailure {
  readonly code: ErrorCode
  readonly message: string
  readonly retryAfterMs?: number
  readonly status?: number
}

/** What came of a recorded call. */
export type RecordedOutcome =
  | { readonly kind: 'replied'; readonly reply: Omit<ModelReply, 'continuation'> }
  | { readonly kind: 'failed'; readonly error: RecordedFailure }

/**
 * One call of a model, as plain JSON: a line of a file, or a part of a larger one. All its texts have passed the redactor. What
 * only an adapter understands (`continuation`) is not kept.
 */
export interface RecordedModelCall {
  readonly version: 1
  readonly model: RecordedModel
  readonly request: ModelRequest
  readonly outcome: RecordedOutcome
}

const codes: Readonly<Record<ErrorCode, true>> = {
  config: true,
  invalid: true,
  'not-found': true,
  forbidden: true,
  conflict: true,
  unavailable: true,
  rejected: true,
  'bad-response': true,
  unsupported: true,
  corrupt: true,
}

const recordedModel = object<RecordedModel>({
  id: text,
  provider: text,
  model: text,
  capabilities: object<ModelCapabilities>({ tools: flag, structuredOutput: flag }),
})

const outcome = byKind<RecordedOutcome>({
  replied: { reply: storedReply },
  failed: {
    error: object<RecordedFailure>({
      code: field((value): value is ErrorCode => typeof value === 'string' && Object.hasOwn(codes, value)),
      message: text,
      retryAfterMs: optional(whole),
      status: optional(whole),
    }),
  },
})

const request = {
  wrongAt: (value: unknown) => requestPrefix.wrongAt(value) ?? requestRest.wrongAt(value),
}

const call = object<RecordedModelCall>({
  version: field((value): value is 1 => value === 1),
  model: recordedModel,
  request,
  outcome,
})

/** A recorded call from JSON. Throws `invalid` with the path of the first field that is wrong or missing. */
export function readModelCall(value: unknown): RecordedModelCall {
  if (isCall(value)) return value
  const path = issuePath(call.wrongAt(value) ?? [])
  throw new MendkitError('invalid', `this is no recorded call of a model: ${path || 'it'} is wrong or missing`, {
    path,
  })
}

function isCall(value: unknown): value is RecordedModelCall {
  return call.wrongAt(value) === undefined
}
