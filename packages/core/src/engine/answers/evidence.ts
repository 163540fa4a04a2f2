import { z } from 'zod'
import type { Reading } from '../../model/evidence.ts'
import { once } from '../../once.ts'
import type { EvidenceRequest } from '../../ports/evidence-source.ts'
import { resourceSchema } from './resource.ts'
import { fields, jsonObject, name, text, understand } from './understand.ts'

const readingSchema = once<z.ZodType<Reading>>(() =>
  fields({
    facts: z.array(
      fields({
        name,
        kind: z.enum(['status', 'spec', 'metric', 'event', 'log', 'change', 'alert']),
        value: z.union([text, z.number(), z.boolean()]),
        resource: resourceSchema().exactOptional(),
        observedAt: text.exactOptional(),
        holds: z.enum(['equal', 'at-least']).exactOptional(),
      }),
    ),
    text: text.exactOptional(),
    series: z
      .array(
        fields({
          name,
          labels: z.record(z.string(), z.string()),
          resource: resourceSchema().exactOptional(),
          points: z.array(z.tuple([z.number(), z.custom<number>((value) => typeof value === 'number')])),
        }),
      )
      .exactOptional(),
    resource: resourceSchema().exactOptional(),
    warnings: z.array(text).exactOptional(),
  }),
)

const requestsSchema = once<z.ZodType<readonly EvidenceRequest[]>>(() =>
  z.array(fields({ tool: name, input: jsonObject })),
)

/** What a tool read. A wrong answer is a failed reading: evidence without facts. */
export function understandReading(who: string, answer: unknown): Reading {
  return understand(who, readingSchema(), answer)
}

/** What a source wants to be read up front. With a wrong answer it wants nothing. */
export function understandRequests(who: string, answer: unknown): readonly EvidenceRequest[] {
  return understand(who, requestsSchema(), answer)
}
