import type { JsonObject } from '../../model/json.ts'
import type { ModelOutput } from '../../model/model-call.ts'
import { redactObject } from '../../redact/redact-json.ts'
import type { Handle } from './handles.ts'

/** What an answer may point at. */
export interface AnswerChoices {
  readonly handles: readonly Handle[]
  /** Types of actions. Empty: none can be proposed. */
  readonly actions: readonly string[]
}

/**
 * The form of an answer, within what every provider's strict mode takes: all fields required, none beside them, null for what
 * may be missing, no lengths and no patterns. Code checks the rest.
 */
export function outputSchema({ handles, actions }: AnswerChoices): ModelOutput {
  const entities = handles.map(({ handle }) => handle)
  const targets = handles.filter(({ seen }) => seen).map(({ handle }) => handle)
  const hypothesis = objectOf({
    cause: string,
    entity:
      entities.length === 0 ? { type: 'null' } : { anyOf: [{ type: 'string', enum: entities }, { type: 'null' }] },
    summary: string,
    mechanism: string,
    disproof: string,
    citations: listOf(string),
    confidence: { type: 'number' },
  })
  const action = objectOf({
    type: { type: 'string', enum: actions },
    ...(targets.length > 0 && { target: { type: 'string', enum: targets } }),
    params: string,
    citations: listOf(string),
  })
  const schema = objectOf({
    unresolved: { type: 'boolean' },
    hypotheses: listOf(hypothesis),
    ...(actions.length > 0 && { actions: listOf(action) }),
    unknowns: listOf(string),
  })
  return { name: 'diagnosis', schema: redactObject(schema) }
}

const string: JsonObject = { type: 'string' }

function listOf(items: JsonObject): JsonObject {
  return { type: 'array', items }
}

function objectOf(properties: Readonly<Record<string, JsonObject>>): JsonObject {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}
