import type { CatalogueEntry, CitableFact, Evidence, Investigation, ReadingSeries, Redacted } from '@mendkit/core'

/** What an investigation is made of; what is absent is empty. */
export interface InvestigationGiven
  extends Partial<Omit<Investigation, 'evidence' | 'facts' | 'catalogue' | 'textOf' | 'seriesOf'>> {
  readonly evidence?: readonly Evidence[]
  /** @default those of the evidence */
  readonly facts?: readonly CitableFact[]
  /** Texts by id of their evidence. */
  readonly texts?: Readonly<Record<string, Redacted>>
  /** Series by id of their evidence. */
  readonly series?: Readonly<Record<string, readonly ReadingSeries[]>>
  /** Whole entries, or types alone: they are then of low risk and take any parameters. */
  readonly catalogue?: readonly (CatalogueEntry | string)[]
}

/**
 * An investigation for trying an analyzer without an engine. Nothing can be read unless `read` is given; `ask` asks the model without
 * any budget.
 */
export function investigationOf(given: InvestigationGiven = {}): Investigation {
  const { evidence = [], texts = {}, series = {}, catalogue = [], facts, ...rest } = given
  let nonces = 0
  return {
    incident: { tenant: 't', id: 'inc_1', cluster: 'c', phase: 'diagnosing', title: 'x', openedAt: 0, relapses: 0 },
    symptoms: [],
    changes: [],
    tools: [],
    earlier: [],
    nonce: () => {
      nonces += 1
      return nonces.toString(16).padStart(32, '0')
    },
    read: ({ tool }) => Promise.reject(new Error(`nothing to read by ${tool}`)),
    ask: async (model, request, ctx) => ({ kind: 'replied', reply: await model.generate(request, ctx) }),
    precedents: async () => [],
    ...rest,
    evidence: () => evidence,
    facts: () => facts ?? evidence.flatMap(factsOf),
    textOf: ({ id }) => texts[id],
    seriesOf: ({ id }) => series[id] ?? [],
    catalogue: catalogue.map((entry) =>
      typeof entry === 'string' ? { type: entry, description: entry, risk: 'low', params: { type: 'object' } } : entry,
    ),
  }
}

function factsOf({ id, tool, facts }: Evidence): readonly CitableFact[] {
  return facts.map((fact, index) => ({ ...fact, tool, citation: { evidenceId: id, fact: index } }))
}
