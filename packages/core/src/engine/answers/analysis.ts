import { z } from 'zod'
import { partialReasons } from '../../model/diagnosis.ts'
import { once } from '../../once.ts'
import type { Analysis } from '../../ports/analysis.ts'
import { resourceSchema } from './resource.ts'
import { count, fields, jsonObject, name, text, understand } from './understand.ts'

/** More hypotheses and citations than anybody reads; the port's comment says so too. */
const mostHypotheses = 100
const mostCitations = 10_000
const mostActions = 5
const mostUnknowns = 20

const schema = once<z.ZodType<Analysis>>(() => {
  const citations = z.array(fields({ evidenceId: name, fact: count.exactOptional() })).max(mostCitations)
  const resource = resourceSchema().exactOptional()
  return fields({
    hypotheses: z
      .array(
        fields({
          cause: name,
          summary: text,
          mechanism: text.exactOptional(),
          disproof: text.exactOptional(),
          rootCause: resource,
          citations,
          statedConfidence: z.number().min(0).max(1).exactOptional(),
        }),
      )
      .max(mostHypotheses),
    actions: z.array(fields({ type: name, params: jsonObject, target: resource, citations })).max(mostActions),
    handOver: z.boolean().exactOptional(),
    unknowns: z.array(text).max(mostUnknowns).exactOptional(),
    partial: z.enum(partialReasons).exactOptional(),
    suspicious: citations.exactOptional(),
  })
})

/** What an analyzer found. A wrong answer is an analyzer that failed: the incident is handed over. */
export function understandAnalysis(who: string, answer: unknown): Analysis {
  return understand(who, schema(), answer)
}
