import type { EvidenceSource, Integration, LanguageModel } from '@mendkit/core'

/** Counts calls that leave the process, so that simulated time does not run away from them. */
export interface Gate {
  /** How many calls are under way. */
  readonly open: () => number
  /** Makes a call, counted until it ends. */
  pass<T>(call: () => Promise<T>): Promise<T>
}

/** A gate that nobody has passed yet. */
export function openGate(): Gate {
  let calls = 0
  return {
    open: () => calls,
    async pass(call) {
      calls += 1
      try {
        return await call()
      } finally {
        calls -= 1
      }
    },
  }
}

/** The integration with every read of its evidence counted. */
export function gatedIntegration(integration: Integration, gate: Gate): Integration {
  const { evidence } = integration
  return evidence === undefined
    ? integration
    : { ...integration, evidence: evidence.map((each) => gatedSource(each, gate)) }
}

function gatedSource(source: EvidenceSource, gate: Gate): EvidenceSource {
  return {
    ...source,
    tools: source.tools.map((tool) => ({ ...tool, read: (input, ctx) => gate.pass(() => tool.read(input, ctx)) })),
    gather: (incident, symptoms, ctx) => gate.pass(() => source.gather(incident, symptoms, ctx)),
  }
}

/** The model with every call counted. */
export function gatedModel(model: LanguageModel, gate: Gate): LanguageModel {
  return { ...model, generate: (request, ctx) => gate.pass(() => model.generate(request, ctx)) }
}
