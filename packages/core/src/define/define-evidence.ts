import { z } from 'zod'
import type { Symptom } from '../model/alert.ts'
import type { IncidentView } from '../model/incident.ts'
import { once } from '../once.ts'
import type { CallContext } from '../ports/context.ts'
import type { EvidenceRequest, EvidenceSource, EvidenceTool } from '../ports/evidence-source.ts'
import { functionSchema, idSchema, readOptions, standardSchema } from './read-options.ts'

/** What `defineEvidence` takes. */
export interface EvidenceDefinition {
  readonly id: string
  /** Best made by `defineTool`, which types and validates their input. */
  readonly tools: readonly EvidenceTool[]
  /** What to read for every incident before it is diagnosed. @default nothing */
  gather?(
    incident: IncidentView,
    symptoms: readonly Symptom[],
    ctx: CallContext,
  ): Promise<readonly EvidenceRequest[]> | readonly EvidenceRequest[]
}

const shape = once(() =>
  z.strictObject({
    id: idSchema,
    tools: z
      .array(
        z.strictObject({
          name: idSchema,
          description: z.string(),
          input: standardSchema,
          read: functionSchema,
          isOffered: functionSchema.optional(),
        }),
      )
      .min(1),
    gather: functionSchema.optional(),
  }),
)

/** Makes an evidence source of the host's own. Throws `config` for a wrong definition. */
export function defineEvidence(definition: EvidenceDefinition): EvidenceSource {
  readOptions('defineEvidence', shape(), definition)
  return {
    spec: 1,
    id: definition.id,
    tools: definition.tools,
    gather: async (incident, symptoms, ctx) => (await definition.gather?.(incident, symptoms, ctx)) ?? [],
  }
}
