import type { ModelName } from '../../model/model-call.ts'
import type { RecordedModelName } from '../../model/model-turn.ts'
import type { Redacted } from '../../model/redacted.ts'
import { isName } from '../../redact/names.ts'
import { redact } from '../../redact/redact.ts'

const longest = 200

/** The names of a model as they may stand in the log. What is no name is shortened to one line without secrets. */
export function recordedName({ provider, model }: ModelName): RecordedModelName {
  return { provider: nameOf(provider), model: nameOf(model) }
}

function nameOf(text: string): Redacted {
  const short = text.slice(0, longest).toWellFormed()
  if (isName(short)) return short
  const line = redact(redact(short).replaceAll(/\s+/g, ' ').trim())
  return line === '' ? redact('unnamed') : line
}
