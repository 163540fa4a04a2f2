import { MendkitError } from '../errors.ts'
import type { ModelReply, ModelRequest } from '../model/model-call.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import { asJson, keptMessages, keptReply } from '../redact/kept-call.ts'
import { redact } from '../redact/redact.ts'
import { redactedRecord } from '../redact/redacted-record.ts'
import { around } from './around.ts'
import { type RecordedFailure, type RecordedModelCall, type RecordedOutcome, readModelCall } from './model-record.ts'
import { checkModel } from './option-fields.ts'

/**
 * Gives every call that came to an end to `keep`, redacted, for `replaying`: such as a line to append to a file. The reply waits for
 * it, and what it throws fails the call, so that no record has a gap that nobody knows of. Calls that the caller gave up, and
 * errors that are none of Mendkit's, are no outcome of the model and are not recorded.
 */
export function recording(
  model: LanguageModel,
  keep: (call: RecordedModelCall) => void | Promise<void>,
): LanguageModel {
  checkModel('recording', model)
  const { id, provider, model: name, capabilities } = model

  function recordOf(request: ModelRequest, outcome: RecordedOutcome): RecordedModelCall {
    const { instructions, messages, tools, toolChoice, output, maxOutputTokens } = request
    const kept = { instructions, messages: keptMessages(messages), tools, toolChoice, output, maxOutputTokens }
    const call = { version: 1, model: { id, provider, model: name, capabilities }, request: kept, outcome }
    return readModelCall(JSON.parse(redactedRecord(asJson(call))))
  }

  return around(model, async (request, ctx) => {
    let reply: ModelReply
    try {
      reply = await model.generate(request, ctx)
    } catch (error) {
      if (!ctx.signal.aborted && MendkitError.is(error))
        await keep(recordOf(request, { kind: 'failed', error: failureOf(error) }))
      throw error
    }
    await keep(recordOf(request, { kind: 'replied', reply: keptReply(reply, request) as ModelReply }))
    return reply
  })
}

function failureOf({ code, message, retryAfterMs, status }: MendkitError): RecordedFailure {
  return {
    code,
    message: redact(message),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(status !== undefined && { status }),
  }
}
