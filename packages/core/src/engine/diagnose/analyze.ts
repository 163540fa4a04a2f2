import { hypothesisConfidence } from '../../builtin/confidence.ts'
import type { Put } from '../../model/change.ts'
import type { Confidence, Diagnosis, Hypothesis, ProposedAction } from '../../model/diagnosis.ts'
import type { CitableFact, Citation } from '../../model/evidence.ts'
import { once } from '../../once.ts'
import type { ActionDraft, Analysis } from '../../ports/analysis.ts'
import type { Analyzer } from '../../ports/analyzer.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Investigation } from '../../ports/investigation.ts'
import { redact } from '../../redact/redact.ts'
import { understandAnalysis } from '../answers/analysis.ts'
import { blobOf, blobPut } from '../blob.ts'
import { recentChanges } from '../changes.ts'
import type { ModelLedger } from '../models/ledger.ts'
import type { Parts } from '../parts.ts'
import { findPrecedents } from '../precedents/find-precedents.ts'
import { signatureOf } from '../precedents/signature.ts'
import { type StepView, viewOf } from '../steps/view.ts'
import { assertCitations } from './assert-citations.ts'
import { assertNames } from './assert-names.ts'
import { assertTargets } from './assert-targets.ts'
import { catalogueEntries, offeredEntries } from './entries.ts'
import type { Collection } from './gather.ts'
import { unexplained, withSuspicions } from './unexplained.ts'

/** A diagnosis with the blobs that its words need. */
export interface Analyzed {
  readonly diagnosis: Diagnosis
  readonly put: readonly Put[]
  /** Blob digests by role, for the audit entry. */
  readonly summaries: Readonly<Record<string, string>>
}

/** Asks the analyzers, and words what they found for the store. */
export async function analyze(
  parts: Parts,
  view: StepView,
  collection: Collection,
  ledger: ModelLedger,
): Promise<Analyzed> {
  const askFor: AskFor = (analyzer, ...call) => ledger.ask(analyzer, ...call)
  const signature = signatureOf(view.incident.resource, view.symptoms, collection.facts())
  const { analyzer, analysis } = await askAnalyzers(parts, view, collection, askFor)
  return word(parts, view, { facts: collection.facts(), analyzer, analysis, ledger, signature })
}

/** How the models of an analyzer are asked. */
export type AskFor = (analyzer: string, ...call: Parameters<Investigation['ask']>) => ReturnType<Investigation['ask']>

/** Asks the analyzers in order, the next only for what the last could not explain. */
export async function askAnalyzers(
  parts: Parts,
  view: Pick<StepView, 'incident' | 'symptoms' | 'ctx'>,
  collection: Collection,
  askFor: AskFor,
): Promise<{ readonly analyzer: string; readonly analysis: Analysis }> {
  const signature = signatureOf(view.incident.resource, view.symptoms, collection.facts())
  const changes = await recentChanges(parts, view.incident.tenant, view.ctx)
  const earlier: { analyzer: string; analysis: Analysis }[] = []
  const investigation: Omit<Investigation, 'ask'> = {
    incident: viewOf(view.incident),
    symptoms: view.symptoms,
    changes,
    catalogue: catalogueEntries(parts),
    tools: offeredEntries(parts),
    earlier,
    nonce: () => parts.random.hex(16),
    textOf: (evidence) => collection.textOf(evidence),
    seriesOf: (evidence) => collection.seriesOf(evidence),
    evidence: () => collection.evidence(),
    facts: () => collection.facts(),
    precedents: once(() => findPrecedents(parts, view.incident, signature, view.ctx)),
    read: (request) => collection.read(request),
  }
  for (const analyzer of parts.analyzers) {
    const askModel: Investigation['ask'] = (...call) => askFor(analyzer.id, ...call)
    const analysis = await ask(analyzer, { ...investigation, ask: askModel }, view.ctx)
    if (analysis.hypotheses.length > 0 || analysis.handOver)
      return { analyzer: analyzer.id, analysis: withSuspicions(analysis, earlier) }
    earlier.push({ analyzer: analyzer.id, analysis })
  }
  return unexplained(earlier)
}

async function ask(analyzer: Analyzer, investigation: Investigation, ctx: CallContext): Promise<Analysis> {
  const answer = await analyzer.analyze(investigation, ctx)
  const analysis = understandAnalysis(`analyzer ${analyzer.id}`, answer)
  assertCitations(analyzer.id, analysis, investigation.evidence())
  assertNames(analyzer.id, analysis)
  assertTargets(analyzer.id, analysis, investigation)
  return analysis
}

/** What is to be kept of what an analyzer found. */
interface Found {
  readonly facts: readonly CitableFact[]
  readonly analyzer: string
  readonly analysis: Analysis
  readonly ledger: ModelLedger
  readonly signature: string
}

async function word(
  parts: Parts,
  view: StepView,
  { facts, analyzer, analysis, ledger, signature }: Found,
): Promise<Analyzed> {
  const spending = await ledger.spending(view.ctx)
  const put: Put[] = []
  const summaries: Record<string, string> = {}
  const keep = (role: string, words: string): string => {
    const blob = blobOf(parts, view.incident.tenant, words)
    put.push(blobPut(blob))
    summaries[role] = blob.digest
    return blob.digest
  }
  const { unknowns = [], partial, suspicious = [] } = analysis
  const hypotheses = analysis.hypotheses.map((each, index): Hypothesis => {
    const { mechanism, disproof, statedConfidence } = each
    return {
      cause: redact(each.cause),
      citations: each.citations,
      summary: keep(`summary-${index}`, each.summary),
      confidence: confidence(each.citations, facts, partial !== undefined),
      ...(mechanism !== undefined && { mechanism: keep(`mechanism-${index}`, mechanism) }),
      ...(disproof !== undefined && { disproof: keep(`disproof-${index}`, disproof) }),
      ...(statedConfidence !== undefined && { statedConfidence }),
      ...(each.rootCause && { rootCause: each.rootCause }),
    }
  })
  const diagnosis: Diagnosis = {
    tenant: view.incident.tenant,
    id: ledger.diagnosisId(),
    incidentId: view.incident.id,
    analyzer,
    at: view.now,
    hypotheses,
    actions: analysis.actions.map(proposed),
    handOver: analysis.handOver ?? false,
    ...(unknowns.length > 0 && { unknowns: keep('unknowns', unknowns.join('\n')) }),
    ...(partial !== undefined && { partial }),
    ...(suspicious.length > 0 && { suspicious: [...new Set(suspicious.map((each) => each.evidenceId))] }),
    ...(spending && { spending: spending.diagnosis }),
    signature,
    symptoms: view.symptoms.map(({ alertname, resourceKey }) => ({ alertname, resourceKey })),
    ...(view.incident.diagnosisAskedBy !== undefined && { askedBy: view.incident.diagnosisAskedBy }),
    revision: 0,
  }
  return { diagnosis, put, summaries }
}

function proposed(action: ActionDraft): ProposedAction {
  const { type, params, target, citations } = action
  return { type: redact(type), params, citations, ...(target && { target }) }
}

function confidence(citations: readonly Citation[], facts: readonly CitableFact[], stoppedEarly: boolean): Confidence {
  const cited = facts.filter((fact) =>
    citations.some(
      (each) =>
        each.evidenceId === fact.citation.evidenceId && (each.fact ?? fact.citation.fact) === fact.citation.fact,
    ),
  )
  return hypothesisConfidence(cited, { stoppedEarly })
}
