import type { EvidenceTool, Integration, Reading } from '@mendkit/core'
import { tellingFacts } from './hostile-case.ts'

/** Read up front: a change, a specification and a status, which is all that the good answer needs. */
const upFront: readonly string[] = ['kubernetes.rollouts', 'kubernetes.pods']
const kept = new Set([...tellingFacts, 'pod.state'])

/**
 * The same integration with two readings up front that are made once and repeated: for a cluster that stands still, on which
 * a hundred thousand diagnoses need not read the same pods a hundred thousand times.
 */
export function rememberingEvidence(integration: Integration): Integration {
  const readings = new Map<string, Promise<Reading>>()
  const remember = (tool: EvidenceTool): EvidenceTool => ({
    ...tool,
    read(input, ctx) {
      const key = JSON.stringify([tool.name, input])
      const known = readings.get(key) ?? tool.read(input, ctx).then(withoutText)
      readings.set(key, known)
      return known
    },
  })
  return {
    ...integration,
    evidence: (integration.evidence ?? []).map((source) => ({
      ...source,
      tools: source.tools.map(remember),
      async gather(incident, symptoms, ctx) {
        const requests = await source.gather(incident, symptoms, ctx)
        return requests.filter(({ tool }) => upFront.includes(tool))
      },
    })),
  }
}

/** Few facts and no words: both are redacted anew in every diagnosis. */
function withoutText({ facts, resource }: Reading): Reading {
  return { ...(resource && { resource }), facts: facts.filter(({ name }) => kept.has(name)).slice(0, 5) }
}
