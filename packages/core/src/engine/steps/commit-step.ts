import type { Change } from '../../model/change.ts'
import type { Incident } from '../../model/incident.ts'
import { countedMeanwhile, countOutcomes } from '../earn/count-outcomes.ts'
import { addressNotices } from '../escalation/address.ts'
import type { Parts } from '../parts.ts'
import { joinResults, patched } from './result.ts'
import type { StepResult, StepView } from './view.ts'

type CommittingView = Pick<StepView, 'claim' | 'incident' | 'now' | 'ctx'> & Partial<Pick<StepView, 'holder'>>

/** How often outcomes are counted again because somebody else counted meanwhile. */
const maxCounts = 10

/**
 * Ends a step with its one commit: the incident, its rows, its audit entries, whom its notices are for, and when it is due next. Answers false when
 * the lease or the incident changed hands meanwhile; then nothing was written and another step will look again.
 */
export async function commitStep(parts: Parts, view: CommittingView, concluded: StepResult): Promise<boolean> {
  const result = await addressNotices(parts, view, concluded)
  // Whoever counts an outcome in the same place at the same time must not cost this step what it did: it counts again.
  for (let tries = 0; ; tries += 1) {
    const counted = await countOutcomes(parts, view.incident, result.outcomes ?? [], view.ctx)
    if (await commitOnce(parts, view, joinResults(result, counted))) return true
    if (tries === maxCounts || !(await countedMeanwhile(parts, counted.rows, view.ctx))) break
  }
  parts.metrics.count('mendkit_step_conflicts_total', { phase: view.incident.phase })
  return false
}

async function commitOnce(parts: Parts, view: CommittingView, result: StepResult): Promise<boolean> {
  const incident = patched(view.incident, result.next ?? {})
  const changed = Object.keys(result.next ?? {}).length > 0
  const change: Change = {
    tenant: incident.tenant,
    expect: [{ kind: 'lease', incidentId: incident.id, epoch: view.claim.epoch }, ...(result.expect ?? [])],
    put: [
      ...(changed ? [{ kind: 'document', table: 'incident', row: incident } as const] : []),
      ...(result.put ?? []),
      {
        kind: 'schedule',
        incidentId: incident.id,
        inputs: view.claim.inputs,
        release: true,
        ...nextDue(view, result, incident),
      },
    ],
    audit: result.audit ?? [],
  }
  return (await parts.store.commit(change, view.ctx)).kind === 'committed'
}

/**
 * Deadlines that the step did not set again and that have passed were seen by it: they must not wake it for ever. Those of
 * people are always ahead, or what the next step has to look at: whatever a step waits for, it must not forget them.
 */
function nextDue(
  view: Pick<StepView, 'now'>,
  result: StepResult,
  { deadlines, escalation, heldBy, phase }: Incident,
): { dueAt?: number } {
  if (result.dueAt === 'now') return { dueAt: view.now }
  const isSet = result.next !== undefined && 'deadlines' in result.next
  const ahead = Object.values(deadlines).filter((moment) => isSet || moment > view.now)
  const ofPeople =
    phase === 'closed' ? [] : [escalation?.kind === 'paging' ? escalation.dueAt : undefined, heldBy?.until]
  const moments = [...ahead, result.dueAt, ...ofPeople].filter((moment) => moment !== undefined)
  return moments.length === 0 ? {} : { dueAt: Math.min(...moments) }
}
