import type { JsonObject } from '../../model/json.ts'
import type { Action } from '../../ports/action.ts'
import type { EvidenceTool } from '../../ports/evidence-source.ts'
import type { CatalogueEntry, ToolEntry } from '../../ports/investigation.ts'
import type { Schema } from '../../ports/schema.ts'
import { issuePath } from '../../stored/issue-path.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'

/** An action as analyzers are told of it. */
export function catalogueEntry({ type, description, risk, params }: Action): CatalogueEntry {
  return { type, description, risk, params: jsonSchemaOf(params), problems: problemsOf(params) }
}

/** The tools that can be read now, as analyzers are told of them. */
export function offeredEntries(parts: Pick<Parts, 'tools' | 'log'>): readonly ToolEntry[] {
  return [...parts.tools.values()].filter((tool) => isOffered(parts, tool)).map(toolEntry)
}

function isOffered({ log }: Pick<Parts, 'log'>, tool: EvidenceTool): boolean {
  try {
    return tool.isOffered?.() ?? true
  } catch (error) {
    log.warn(describeFailure(`tool ${tool.name} could not say whether it is offered`, error))
    return false
  }
}

function toolEntry({ name, description, input }: EvidenceTool): ToolEntry {
  return { name, description, input: jsonSchemaOf(input), problems: problemsOf(input) }
}

/** What schemas print, which costs more than all else of a diagnosis by rules. */
const printed = new WeakMap<Schema, JsonObject>()

/** Frozen, because all diagnoses are given the same one. */
function jsonSchemaOf(schema: Schema): JsonObject {
  const known = printed.get(schema)
  if (known !== undefined) return known
  // A JSON Schema is JSON by definition; the port's type says less only because vendors type it so.
  const made = schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' }) as JsonObject
  const copy = JSON.parse(JSON.stringify(made), (_, value: unknown) => Object.freeze(value)) as JsonObject
  printed.set(schema, copy)
  return copy
}

function problemsOf(schema: Schema): (value: JsonObject) => Promise<readonly string[]> {
  return async (value) => {
    const { issues = [] } = await schema['~standard'].validate(value)
    return issues.map(({ message, path = [] }) => {
      const at = issuePath(path.map((part) => (typeof part === 'object' ? part.key : part)))
      return at === '' ? message : `${at}: ${message}`
    })
  }
}
