import { z } from 'zod'
import { once } from '../../once.ts'
import type { Analysis } from '../../ports/analyzer.ts'
import { resourceSchema } from './resource.ts'
import { count, fields, jsonObject, name, text, understand } from './understand.ts'

const schema = once<z.ZodType<Analysis>>(() => {
  const citations = z.array(fields({ evidenceId: name, fact: count.exactOptional() }))
  const resource = resourceSchema().exactOptional()
  return fields({
    hypotheses: z.array(fields({ cause: name, summary: text, rootCause: resource, citations })),
    actions: z.array(fields({ type: name, params: jsonObject, target: resource, citations })),
    handOver: z.boolean().exactOptional(),
  })
})

/** What an analyzer found. A wrong answer is an analyzer that failed: the incident is handed over. */
export function understandAnalysis(who: string, answer: unknown): Analysis {
  return understand(who, schema(), answer)
}
