import { MendkitError } from '../../errors.ts'
import type { Citation, Evidence } from '../../model/evidence.ts'
import type { ActionDraft, Analysis, HypothesisDraft } from '../../ports/analysis.ts'
import { message } from '../../redact/message.ts'

/**
 * Refuses a claim that cites nothing, or evidence or a fact that this incident does not have, and a report of suspicious text in such.
 * Throws `invalid` for the first.
 */
export function assertCitations(analyzer: string, analysis: Analysis, evidence: readonly Evidence[]): void {
  const known = new Map(evidence.map((each) => [each.id, each.facts.length]))
  for (const claim of [...analysis.hypotheses, ...analysis.actions]) {
    const problem = problemOf(claim, known)
    if (problem === undefined) continue
    const what = 'cause' in claim ? `hypothesis ${claim.cause}` : `action ${claim.type}`
    throw new MendkitError('invalid', message`analyzer ${analyzer}: ${what} ${problem}`)
  }
  // These ids stand in the log in the clear.
  const problem = faultIn(analysis.suspicious ?? [], known)
  if (problem !== undefined) throw new MendkitError('invalid', message`analyzer ${analyzer}: suspicious ${problem}`)
}

function problemOf(
  { citations }: HypothesisDraft | ActionDraft,
  known: ReadonlyMap<string, number>,
): string | undefined {
  return citations.length === 0 ? 'cites no evidence' : faultIn(citations, known)
}

function faultIn(citations: readonly Citation[], known: ReadonlyMap<string, number>): string | undefined {
  for (const { evidenceId, fact } of citations) {
    const facts = known.get(evidenceId)
    if (facts === undefined) return `cites ${evidenceId}, which is not evidence of this incident`
    if (fact !== undefined && fact >= facts) return `cites fact ${fact} of ${evidenceId}, which has ${facts} facts`
  }
  return undefined
}
