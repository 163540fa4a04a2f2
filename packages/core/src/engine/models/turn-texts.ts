import { blobDigest } from '../../audit/blob-digest.ts'
import type { Blob } from '../../model/audit-entry.ts'
import type { ModelReply, ModelRequest } from '../../model/model-call.ts'
import type { Redacted } from '../../model/redacted.ts'
import { asJson, keptMessages, keptReply } from '../../redact/kept-call.ts'
import { redactWithin } from '../../redact/redact-within.ts'
import { redactedRecord } from '../../redact/redacted-record.ts'
import type { Parts } from '../parts.ts'

/** Instructions, tools and the form of the reply, as they are kept. */
export function prefixText({ instructions, tools, output }: ModelRequest): Redacted {
  return recordOf({ instructions, tools, output })
}

/** The rest of a request, as it is kept. */
export function requestText({ messages, toolChoice, maxOutputTokens }: ModelRequest): Redacted {
  return recordOf({ messages: keptMessages(messages), toolChoice, maxOutputTokens })
}

/** A reply as it is kept. `request` is what it answers: calls go on being numbered from there. */
export function replyText(reply: ModelReply, request: ModelRequest): Redacted {
  return recordOf(keptReply(reply, request))
}

/** The blob of such a text. One that is too long to keep is cut, and can then only be read by people. */
export function recordBlob(
  parts: Pick<Parts, 'random' | 'settings' | 'metrics' | 'hide'>,
  tenant: string,
  text: Redacted,
): Blob {
  const most = parts.settings.engine.maxTextLength
  const shown = parts.hide?.text(text) ?? text
  const fits = shown.length <= most
  if (!fits) parts.metrics.count('mendkit_texts_cut_total')
  const whole = fits ? shown : redactWithin(shown, most).text
  const salt = parts.random.hex(16)
  return { tenant, digest: blobDigest(salt, whole), salt, text: whole }
}

function recordOf(value: object): Redacted {
  return redactedRecord(asJson(value))
}
