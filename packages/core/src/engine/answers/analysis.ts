import { z } from 'zod'
import type { Analysis } from '../../ports/analyzer.ts'
import { resourceSchema } from './resource.ts'
import { count, fields, jsonObject, name, text, understand } from './understand.ts'

const citations = z.array(fields({ evidenceId: name, fact: count.exactOptional() }))

const schema: z.ZodType<Analysis> = fields({
  hypotheses: z.array(fields({ cause: name, summary: text, rootCause: resourceSchema.exactOptional(), citations })),
  actions: z.array(fields({ type: name, params: jsonObject, target: resourceSchema.exactOptional(), citations })),
  handOver: z.boolean().exactOptional(),
})

/** What an analyzer found. A wrong answer is an analyzer that failed: the incident is handed over. */
export function understandAnalysis(who: string, answer: unknown): Analysis {
  return understand(who, schema, answer)
}
