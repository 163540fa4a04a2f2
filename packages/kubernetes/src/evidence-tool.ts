import { type CallContext, type EvidenceTool, MendkitError, type Reading } from '@mendkit/core'
import type { z } from 'zod'
import type { Scope } from './options.ts'

/** One question that can be asked of the cluster. */
export interface Question<Input> {
  readonly name: string
  readonly description: string
  readonly input: z.ZodType<Input>
  readonly read: (scope: Scope, input: Input, context: CallContext) => Promise<Reading>
}

/** Makes a tool of a question. It throws `invalid` with the path of what its input lacks. */
export function evidenceTool<Input>(scope: Scope, { name, description, input, read }: Question<Input>): EvidenceTool {
  return {
    name,
    description,
    input,
    async read(given, context) {
      const parsed = input.safeParse(given)
      if (parsed.success) return read(scope, parsed.data, context)
      const issue = parsed.error.issues[0]
      const path = ['input', ...(issue?.path ?? [])].join('.')
      throw new MendkitError('invalid', `${name}: ${path}: ${issue?.message}`, { path })
    },
  }
}
