import type { CitableFact } from '../model/evidence.ts'
import type { Precedent, PrecedentFact } from '../model/precedent.ts'
import { type Resource, resourceKey } from '../model/resource.ts'
import type { Analysis } from '../ports/analysis.ts'
import type { Analyzer } from '../ports/analyzer.ts'
import type { Investigation } from '../ports/investigation.ts'

const nothing: Analysis = { hypotheses: [], actions: [] }

/**
 * Answers an incident of a sort that was fixed and verified before with what helped then, without asking a model. Put it after
 * `ruleAnalyzer` and before `modelAnalyzer`. Every fact that the action rested on must be there again, and is cited as it is now;
 * how sure the answer is, what policies say and who must approve is found out as for any other proposal.
 */
export function precedentAnalyzer(): Analyzer {
  return {
    spec: 1,
    id: 'precedents',
    async analyze(investigation) {
      for (const precedent of await investigation.precedents()) {
        const analysis = analysisOf(precedent, investigation)
        if (analysis !== undefined) return analysis
      }
      return nothing
    },
  }
}

function analysisOf(precedent: Precedent, { incident, catalogue, facts: all }: Investigation): Analysis | undefined {
  const { cause, action, facts, successes, failures } = precedent
  if (!catalogue.some(({ type }) => type === action.type)) return undefined
  const matching = facts.map((fact) => all().filter((each) => isLike(each, fact)))
  if (matching.some((found) => found.length === 0)) return undefined
  const seen = [...new Set(matching.flat())]
  const target = action.target.of === 'incident' ? incident.resource : onlyResource(seen, action.target.name)
  if (target === undefined) return undefined
  const citations = seen.map(({ citation }) => citation)
  const times = `${successes} of ${successes + failures} times`
  return {
    hypotheses: [
      {
        cause,
        rootCause: target,
        citations,
        summary: `Like earlier incidents, of which ${action.type} fixed ${times}.`,
      },
    ],
    actions: [{ type: action.type, params: action.params, target, citations }],
  }
}

function isLike(fact: CitableFact, { name, kind, value }: PrecedentFact): boolean {
  return fact.name === name && fact.kind === kind && (value === undefined || fact.value === value)
}

/** The one object that facts of a name are about. Of several nobody can tell which is meant. */
function onlyResource(facts: readonly CitableFact[], name: string): Resource | undefined {
  const about = facts.flatMap((fact) => (fact.name === name && fact.resource !== undefined ? [fact.resource] : []))
  const distinct = new Map(about.map((resource) => [resourceKey(resource), resource]))
  return distinct.size === 1 ? about[0] : undefined
}
