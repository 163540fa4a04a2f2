import type { JsonObject } from '../../model/json.ts'
import type { Schema } from '../../ports/schema.ts'

/** The JSON Schema of what may be given to an action or a tool. */
export type PrintSchema = (schema: Schema) => JsonObject

/**
 * Prints each schema once, because printing costs more than all else of a diagnosis by rules. What it gives is frozen: every
 * diagnosis is given the same.
 */
export function schemaPrinter(): PrintSchema {
  const printed = new WeakMap<Schema, JsonObject>()
  return (schema) => {
    const known = printed.get(schema)
    if (known !== undefined) return known
    // A JSON Schema is JSON by definition; the port's type says less only because vendors type it so.
    const made = schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' }) as JsonObject
    const frozen = JSON.parse(JSON.stringify(made), (_, value: unknown) => Object.freeze(value)) as JsonObject
    printed.set(schema, frozen)
    return frozen
  }
}
