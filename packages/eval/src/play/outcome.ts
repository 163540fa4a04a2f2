import type {
  Confidence,
  Incident,
  JoinedBlob,
  Mendkit,
  ModelSpending,
  PartialReason,
  ProposedAction,
  Resource,
  Store,
} from '@mendkit/core'
import { callContext } from '@mendkit/testkit'

/** A hypothesis with its words. */
export interface FoundHypothesis {
  readonly cause: string
  readonly rootCause?: Resource
  readonly confidence: Confidence
  readonly summary: string
}

/** What the engine made of one incident. */
export interface FoundIncident {
  readonly id: string
  readonly phase: Incident['phase']
  readonly reason?: Incident['reason']
  /** Stretches of firing that joined. */
  readonly alerts: number
  readonly alertnames: readonly string[]
  /** Of its newest diagnosis, the likeliest first. */
  readonly hypotheses: readonly FoundHypothesis[]
  readonly actions: readonly ProposedAction[]
  /** Why the newest plan's actions cannot be carried out, where they cannot. */
  readonly refused: readonly string[]
  readonly spending: ModelSpending | undefined
  /** Why the newest diagnosis is not all that it could be, and the words that it left about that. */
  readonly partial?: { readonly reason: PartialReason; readonly words: string }
}

/** What came of a scenario. */
export interface Outcome {
  /** Most alerts first; of as many, the one that the scenario's first alert joined. */
  readonly incidents: readonly FoundIncident[]
  /** Real time of the play, ms. */
  readonly ms: number
}

const LIMIT = 1_000

/** Reads what the engine has stored about every incident. `first` is the name of the scenario's first alert. */
export async function readOutcome(store: Store, mendkit: Mendkit, first: string, ms: number): Promise<Outcome> {
  const context = callContext()
  const incidents = await store.list('incident', { tenant: 'default', limit: LIMIT }, context)
  const found = await Promise.all(incidents.map((incident) => describe(store, mendkit, incident)))
  const rank = (each: FoundIncident) => each.alerts + (each.alertnames.includes(first) ? 0.5 : 0)
  return { incidents: found.sort((a, b) => rank(b) - rank(a)), ms }
}

async function describe(store: Store, mendkit: Mendkit, incident: Incident): Promise<FoundIncident> {
  const context = callContext()
  const { tenant, id, phase, reason, diagnosisId, planId } = incident
  const diagnosis = diagnosisId === undefined ? undefined : await store.get('diagnosis', tenant, diagnosisId, context)
  const plan = planId === undefined ? undefined : await store.get('plan', tenant, planId, context)
  const told = await mendkit.incidents.timeline(id)
  const newest = told.diagnoses.find((each) => each.id === diagnosisId)
  const words = newest?.hypotheses ?? []
  return {
    id,
    phase,
    ...(reason !== undefined && { reason }),
    alerts: told.impact.alerts,
    alertnames: told.impact.symptoms.map(({ alertname }) => alertname),
    hypotheses: (diagnosis?.hypotheses ?? []).map(({ cause, rootCause, confidence }, index) => {
      const summary = words[index]?.summary
      return { cause, ...(rootCause && { rootCause }), confidence, summary: textOf(summary) }
    }),
    actions: diagnosis?.actions ?? [],
    refused: plan?.actions.flatMap(({ refused }) => refused ?? []) ?? [],
    spending: diagnosis?.spending,
    ...(diagnosis?.partial !== undefined && {
      partial: { reason: diagnosis.partial, words: textOf(newest?.unknowns) },
    }),
  }
}

function textOf(blob: JoinedBlob | undefined): string {
  return blob !== undefined && 'text' in blob ? blob.text : ''
}
