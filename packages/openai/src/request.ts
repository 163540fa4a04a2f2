import type { ModelRequest, ModelToolResult } from '@mendkit/core'
import { notStrict } from './strict-schema.ts'

/** What the reply is not held to. */
export function outputWarnings({ output }: ModelRequest): readonly string[] {
  const because = output === undefined ? undefined : notStrict(output.schema)
  if (because === undefined) return []
  return [`the provider does not hold the reply to the schema ${output?.name}: ${because}`]
}

/** The interface has no other place to say that a tool failed. */
export function resultText({ text, failed }: ModelToolResult): string {
  return failed ? JSON.stringify({ error: text }) : text
}
