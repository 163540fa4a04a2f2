import type { CitableFact, IncidentView, Integration, RuleFinding, Symptom } from '@mendkit/core'
import { context } from './scene.ts'

/** What an integration's rules find in what it gathers itself, as the engine would put it together. */
export async function diagnose(
  integration: Integration,
  incident: IncidentView,
  symptoms: readonly Symptom[],
): Promise<readonly RuleFinding[]> {
  const facts = await gather(integration, incident, symptoms)
  return (integration.rules ?? []).flatMap((rule) => rule.match({ incident, symptoms, facts, changes: [] }) ?? [])
}

/** The facts of all that an integration gathers by itself for an incident. */
export async function gather(
  integration: Integration,
  incident: IncidentView,
  symptoms: readonly Symptom[],
): Promise<readonly CitableFact[]> {
  const [source] = integration.evidence ?? []
  const requests = (await source?.gather(incident, symptoms, context)) ?? []
  const facts: CitableFact[] = []
  for (const [index, request] of requests.entries()) {
    const tool = source?.tools.find(({ name }) => name === request.tool)
    const reading = await tool?.read(request.input, context)
    for (const [fact, each] of (reading?.facts ?? []).entries()) {
      facts.push({ ...each, tool: request.tool, citation: { evidenceId: `evi_${index}`, fact } })
    }
  }
  return facts
}
