import type { JsonObject } from '../../model/json.ts'
import type { ModelTool } from '../../model/model-call.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { Investigation } from '../../ports/investigation.ts'
import { message } from '../../redact/message.ts'
import { redactObject } from '../../redact/redact-json.ts'
import type { Board } from './board.ts'
import { packItem } from './pack-evidence.ts'

/** Tokens of what had no room before. */
const restTokens = 2_500

/** Shows what had no room. It reads nothing anew. */
export const restTool: ModelTool = {
  name: 'show_more',
  description: message`Shows more of a reading of which facts or lines were not shown.`,
  input: redactObject({
    type: 'object',
    properties: { reading: { type: 'string', description: 'such as e4' } },
    required: ['reading'],
    additionalProperties: false,
  }),
}

/** Answers a call of it. */
export function readRest(
  { reading }: JsonObject,
  investigation: Investigation,
  board: Board,
): { readonly text: Redacted; readonly failed: boolean } {
  const item = board.items.all().find(({ id }) => id === reading && board.leftOut().includes(id))
  if (item === undefined) {
    return { text: message`reading must be one of ${board.leftOut().join(', ')}`, failed: true }
  }
  const { text, names } = packItem(item, investigation, board.table(), { tokens: restTokens, wholeText: true })
  board.shown([item], { names, leftOut: [] })
  return { text, failed: false }
}
