import type { JsonObject, Schema } from '@mendkit/core'
import { z } from 'zod'

/** A schema that validates by JSON Schema, and prints what it was made of. Throws whatever zod throws for one it cannot read. */
export function inputSchema(schema: JsonObject): Schema {
  const validator = z.fromJSONSchema(schema)
  const print = () => ({ ...schema })
  return {
    '~standard': {
      version: 1,
      vendor: 'mendkit-mcp',
      validate: (value) => {
        const { success, data, error } = validator.safeParse(value)
        return success ? { value: data } : { issues: error.issues.map(({ message, path }) => ({ message, path })) }
      },
      jsonSchema: { input: print, output: print },
    },
  }
}
