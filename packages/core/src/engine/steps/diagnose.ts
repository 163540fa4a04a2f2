import type { Diagnosis } from '../../model/diagnosis.ts'
import type { IncidentReason } from '../../model/incident.ts'
import { type BudgetName, budgetNames } from '../../model/model-budget.ts'
import { redact } from '../../redact/redact.ts'
import { withTimeout } from '../call.ts'
import { analyze } from '../diagnose/analyze.ts'
import { diagnosisBudget } from '../diagnose/budget.ts'
import { collect, gatherUpFront } from '../diagnose/gather.ts'
import { draft } from '../draft.ts'
import { describeFailure } from '../failure.ts'
import { type ModelLedger, modelLedger } from '../models/ledger.ts'
import type { Parts } from '../parts.ts'
import { handOver } from './hand-over.ts'
import { joinResults, moveTo, waitFor } from './result.ts'
import type { StepResult, StepView } from './view.ts'

/**
 * Gathers evidence and asks the analyzers, in one step with one commit however long they take: alerts that join
 * meanwhile raise the incident and never disturb it.
 */
export async function diagnose(parts: Parts, view: StepView): Promise<StepResult> {
  if (view.holder.on) return { next: { deadlines: {} } }
  const retryAt = view.incident.deadlines.diagnose
  if (retryAt !== undefined && view.now < retryAt) return waitFor(view, 'diagnose', retryAt)
  const budget = diagnosisBudget(parts, view)
  if (budget.kind === 'spent') return handOver(parts, view, 'diagnosed-too-often')
  if (budget.kind === 'wait') return waitFor(view, 'diagnose', budget.until)
  const limit = { what: 'the diagnosis', ms: parts.settings.diagnosis.timeoutMs }
  const collection = collect(parts, view)
  const ledger = modelLedger(parts, view)
  try {
    return await withTimeout(parts, limit, view.ctx, async (ctx) => {
      const within = { ...view, ctx }
      await gatherUpFront(parts, within, collection)
      return conclude(parts, within, collection, ledger)
    })
  } catch (error) {
    view.ctx.signal.throwIfAborted()
    const failure = describeFailure(`diagnosis of incident ${view.incident.id} failed`, error)
    parts.log.error(failure)
    const spending = await ledger.spending(view.ctx)
    const kept = {
      put: collection.put(),
      next: {
        diagnoses: view.incident.diagnoses + 1,
        lastDiagnosedAt: view.now,
        diagnosisAskedBy: undefined,
        ...(spending && { spending: spending.incident }),
      },
    }
    return joinResults(kept, handOver(parts, view, 'analysis-failed', { failure }))
  }
}

async function conclude(
  parts: Parts,
  view: StepView,
  collection: ReturnType<typeof collect>,
  ledger: ModelLedger,
): Promise<StepResult> {
  const { diagnosis, put, summaries } = await analyze(parts, view, collection, ledger)
  const spending = await ledger.spending(view.ctx)
  const subject = { kind: 'incident', id: view.incident.id } as const
  const evidence = collection.evidence()
  const collected = draft(parts, 'evidence-collected', subject, {
    evidence: evidence.map((each) => ({
      id: each.id,
      tool: redact(each.tool),
      facts: each.facts.length,
      warnings: each.warnings,
    })),
  })
  const made = draft(
    parts,
    'diagnosis-made',
    subject,
    {
      diagnosis: diagnosis.id,
      analyzer: diagnosis.analyzer,
      hypotheses: diagnosis.hypotheses.map((each) => ({
        cause: each.cause,
        confidence: each.confidence,
        citations: each.citations.map((citation) => citation.evidenceId),
        ...(each.rootCause && { rootCause: each.rootCause }),
      })),
      actions: diagnosis.actions.map((action) => action.type),
      handOver: diagnosis.handOver,
      ...(diagnosis.partial !== undefined && { partial: diagnosis.partial }),
      ...(diagnosis.suspicious !== undefined && { suspicious: diagnosis.suspicious }),
    },
    { blobs: summaries },
  )
  const found: StepResult = {
    put: [...collection.put(), ...put, { kind: 'document', table: 'diagnosis', row: diagnosis }],
    audit: [collected, made],
    next: {
      diagnosisId: diagnosis.id,
      diagnosisAskedBy: undefined,
      diagnoses: view.incident.diagnoses + 1,
      lastDiagnosedAt: view.now,
      ...(spending && { spending: spending.incident }),
    },
  }
  const isEmpty = diagnosis.actions.length === 0 && !diagnosis.handOver
  if (isEmpty && collection.outOfReach() > 0) return joinResults(found, diagnoseLater(parts, view))
  const reason = handOverReason(diagnosis)
  return joinResults(found, reason === undefined ? moveTo(parts, view, 'deciding') : handOver(parts, view, reason))
}

/** Why a person must look; undefined when there is something to decide on. */
function handOverReason({ hypotheses, actions, handOver: mustLook, partial }: Diagnosis): IncidentReason | undefined {
  if (hypotheses.length > 0 && actions.length > 0 && !mustLook) return undefined
  // Whoever could not look at everything for want of a budget would have said more with it.
  if (isBudget(partial)) return `spent-${partial}`
  if (hypotheses.length === 0) return 'no-diagnosis'
  return mustLook ? 'rule-hands-over' : 'no-action'
}

function isBudget(partial: Diagnosis['partial']): partial is BudgetName {
  return (budgetNames as readonly unknown[]).includes(partial)
}

/** What could not be read may be what would have explained it: it is tried again as long as there is budget. */
function diagnoseLater(parts: Parts, view: StepView): StepResult {
  const { maxPerIncident, retryMs } = parts.settings.diagnosis
  const { diagnoses, diagnosisAskedBy, lastDiagnosedAt } = view.incident
  if (diagnoses + 1 >= maxPerIncident) return handOver(parts, view, 'evidence-out-of-reach')
  const waiting = waitFor(view, 'diagnose', view.now + retryMs)
  return joinResults({ next: { diagnosisAskedBy, lastDiagnosedAt } }, waiting)
}
