import { MendkitError } from '../../errors.ts'
import type { Symptom } from '../../model/alert.ts'
import type { Diagnosis } from '../../model/diagnosis.ts'
import type { Evidence, Fact, FactKind } from '../../model/evidence.ts'
import { resourceKey } from '../../model/resource.ts'
import { understandReading } from '../answers/evidence.ts'
import { callPort } from '../call.ts'
import { redactFact } from '../diagnose/redact-fact.ts'
import type { Parts } from '../parts.ts'
import type { StepView } from '../steps/view.ts'

/** What re-reading the cited facts showed. `unknown`: they could not be read now, so nothing may be concluded. */
export type FactsNow =
  | { readonly kind: 'hold' }
  | { readonly kind: 'changed'; readonly because: string }
  | { readonly kind: 'unknown'; readonly because: string }

/** Facts about something that happened stay true; only what describes a state is read again. */
const historical: readonly FactKind[] = ['event', 'log', 'change', 'alert']

/** Symptoms that fire and that the incident's diagnosis had not seen: a new alert name or a new topmost resource. */
export async function unseenSymptoms(parts: Parts, view: StepView): Promise<readonly Symptom[]> {
  const diagnosis = await currentDiagnosis(parts, view)
  if (diagnosis === undefined) return view.symptoms.filter((symptom) => symptom.firing > 0)
  const names = new Set(diagnosis.symptoms.map((each) => each.alertname))
  const resources = new Set(diagnosis.symptoms.map((each) => each.resourceKey))
  return view.symptoms.filter(
    (symptom) => symptom.firing > 0 && !(names.has(symptom.alertname) && resources.has(symptom.resourceKey)),
  )
}

/** The diagnosis that the incident stands on, if it has one. */
export async function currentDiagnosis(parts: Parts, view: StepView): Promise<Diagnosis | undefined> {
  const { tenant, diagnosisId } = view.incident
  return diagnosisId === undefined ? undefined : parts.store.get('diagnosis', tenant, diagnosisId, view.ctx)
}

/** Reads every cited fact that describes a state again, each piece of evidence once. */
export async function citedFactsNow(parts: Parts, view: StepView, diagnosis: Diagnosis): Promise<FactsNow> {
  const citations = [...diagnosis.hypotheses, ...diagnosis.actions].flatMap((each) => each.citations)
  for (const evidenceId of new Set(citations.map((citation) => citation.evidenceId))) {
    const evidence = await parts.store.get('evidence', view.incident.tenant, evidenceId, view.ctx)
    if (evidence === undefined) return { kind: 'changed', because: `evidence ${evidenceId} is gone` }
    const cited = citedStates(evidence, citations)
    if (cited.length === 0) continue
    const answer = await readAgain(parts, view, evidence, cited)
    if (answer.kind !== 'hold') return answer
  }
  return { kind: 'hold' }
}

function citedStates(evidence: Evidence, citations: Diagnosis['hypotheses'][number]['citations']): readonly Fact[] {
  const indexes = new Set(
    citations.filter((each) => each.evidenceId === evidence.id).flatMap((each) => each.fact ?? []),
  )
  return evidence.facts.filter((fact, index) => indexes.has(index) && !historical.includes(fact.kind))
}

async function readAgain(parts: Parts, view: StepView, evidence: Evidence, cited: readonly Fact[]): Promise<FactsNow> {
  const tool = parts.tools.get(evidence.tool)
  if (tool === undefined) return { kind: 'unknown', because: `tool ${evidence.tool} is no longer there` }
  try {
    const what = `tool ${tool.name}`
    const answer = await callPort(parts, what, view.ctx, (ctx) => tool.read(evidence.input, ctx))
    const reading = understandReading(what, answer)
    const gone = cited.find((fact) => !reading.facts.some((now) => stillHolds(fact, redactFact(now))))
    return gone === undefined
      ? { kind: 'hold' }
      : { kind: 'changed', because: `${gone.name} is no longer ${gone.value}` }
  } catch (error) {
    view.ctx.signal.throwIfAborted()
    if (MendkitError.is(error, 'not-found'))
      return { kind: 'changed', because: `${evidence.tool} finds nothing any more` }
    return { kind: 'unknown', because: `${evidence.tool} could not be read again` }
  }
}

function stillHolds(then: Fact, now: Fact): boolean {
  if (then.name !== now.name || keyOf(then) !== keyOf(now)) return false
  if (then.holds === 'at-least' && typeof then.value === 'number' && typeof now.value === 'number') {
    return now.value >= then.value
  }
  return then.value === now.value
}

function keyOf(fact: Fact): string {
  return fact.resource === undefined ? '' : resourceKey(fact.resource)
}
