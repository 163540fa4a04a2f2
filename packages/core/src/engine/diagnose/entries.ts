import type { JsonObject } from '../../model/json.ts'
import type { Action } from '../../ports/action.ts'
import type { EvidenceTool } from '../../ports/evidence-source.ts'
import type { CatalogueEntry, ToolEntry } from '../../ports/investigation.ts'
import type { Schema } from '../../ports/schema.ts'
import { issuePath } from '../../stored/issue-path.ts'

/** An action as analyzers are told of it. */
export function catalogueEntry({ type, description, risk, params }: Action): CatalogueEntry {
  return { type, description, risk, params: jsonSchemaOf(params), problems: problemsOf(params) }
}

/** A tool as analyzers are told of it. */
export function toolEntry({ name, description, input }: EvidenceTool): ToolEntry {
  return { name, description, input: jsonSchemaOf(input), problems: problemsOf(input) }
}

function jsonSchemaOf(schema: Schema): JsonObject {
  // A JSON Schema is JSON by definition; the port's type says less only because vendors type it so.
  return schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' }) as JsonObject
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
