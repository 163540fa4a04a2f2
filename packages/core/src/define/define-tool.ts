import { z } from 'zod'
import type { Reading } from '../model/evidence.ts'
import { once } from '../once.ts'
import type { CallContext } from '../ports/context.ts'
import type { EvidenceTool } from '../ports/evidence-source.ts'
import type { Schema } from '../ports/schema.ts'
import { parseValue } from './parse-value.ts'
import { functionSchema, idSchema, readOptions, standardSchema } from './read-options.ts'

/** What `defineTool` takes; `Input` comes from the schema. */
export interface ToolDefinition<Input> {
  /** Unique across all integrations, such as `shop.queue`. */
  readonly name: string
  /** For the people and models that choose tools. @default the name */
  readonly description?: string
  readonly input: Schema<Input>
  /** Changes nothing. See `EvidenceTool.read` for what its errors mean. */
  read(input: Input, ctx: CallContext): Promise<Reading> | Reading
}

const shape = once(() =>
  z.strictObject({
    name: idSchema,
    description: z.string().optional(),
    input: standardSchema,
    read: functionSchema,
  }),
)

/**
 * Makes a read-only tool for `defineEvidence`, whose types flow from the schema to `read`. A call first lets the reason
 * of an abort through, then throws `invalid` with the path for input that the schema refuses. Throws `config` for a wrong
 * definition.
 */
export function defineTool<Input>(definition: ToolDefinition<Input>): EvidenceTool {
  readOptions('defineTool', shape(), definition)
  const { name, description = name, input: schema } = definition
  return {
    name,
    description,
    input: schema,
    async read(input, ctx) {
      ctx.signal.throwIfAborted()
      return definition.read(parseValue(name, 'input', schema, input), ctx)
    },
  }
}
