import { z } from 'zod'
import { once } from '../../once.ts'
import type { Analysis } from '../../ports/analyzer.ts'
import { resourceSchema } from './resource.ts'
import { count, fields, jsonObject, name, text, understand } from './understand.ts'

/** More hypotheses and citations than anybody reads; the port's comment says so too. */
const mostHypotheses = 100
const mostCitations = 10_000
const mostActions = 5

const schema = once<z.ZodType<Analysis>>(() => {
  const citations = z.array(fields({ evidenceId: name, fact: count.exactOptional() })).max(mostCitations)
  const resource = resourceSchema().exactOptional()
  return fields({
    hypotheses: z.array(fields({ cause: name, summary: text, rootCause: resource, citations })).max(mostHypotheses),
    actions: z.array(fields({ type: name, params: jsonObject, target: resource, citations })).max(mostActions),
    handOver: z.boolean().exactOptional(),
  })
})

/** What an analyzer found. A wrong answer is an analyzer that failed: the incident is handed over. */
export function understandAnalysis(who: string, answer: unknown): Analysis {
  return understand(who, schema(), answer)
}
