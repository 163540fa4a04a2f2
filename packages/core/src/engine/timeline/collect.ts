import { MendkitError } from '../../errors.ts'
import type { Diagnosis } from '../../model/diagnosis.ts'
import type { JoinedBlob, MendkitEvent } from '../../model/event.ts'
import type { Incident } from '../../model/incident.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import { redact } from '../../redact/redact.ts'
import { readTexts } from '../feed/read-texts.ts'
import { sumSpending } from '../models/spending.ts'
import type { Parts } from '../parts.ts'
import { timelineEscalation } from './escalation.ts'
import { incidentEvents } from './incident-events.ts'
import { type Joins, timelineCommand, timelineDiagnosis, timelineExecution, timelinePlan } from './join.ts'
import { documentsOf, earliestStart } from './rows.ts'
import type { Timeline } from './shape.ts'

/** Reads everything about an incident. Throws `not-found` when the tenant has no such incident. */
export async function collectTimeline(
  parts: Pick<Parts, 'store' | 'clock'>,
  tenant: string,
  incidentId: string,
  ctx: CallContext,
): Promise<Timeline> {
  const { store } = parts
  const incident = await store.get('incident', tenant, incidentId, ctx)
  if (incident === undefined)
    throw new MendkitError('not-found', message`tenant ${tenant} has no incident ${incidentId}`)
  const [symptoms, began, evidence, diagnoses, plans, approvals, executions, commands, turns, events] =
    await Promise.all([
      store.symptoms(tenant, incidentId, ctx),
      earliestStart(store, incident, ctx),
      documentsOf(store, 'evidence', incident, ctx),
      documentsOf(store, 'diagnosis', incident, ctx),
      documentsOf(store, 'plan', incident, ctx),
      documentsOf(store, 'approval', incident, ctx),
      documentsOf(store, 'execution', incident, ctx),
      documentsOf(store, 'command', incident, ctx),
      documentsOf(store, 'turn', incident, ctx),
      incidentEvents(store, incident, ctx),
    ])
  const texts = await readTexts(
    store,
    tenant,
    [
      ...diagnoses.flatMap(textsOfDiagnosis),
      ...plans.flatMap((each) => each.actions.flatMap(({ diff }) => diff ?? [])),
      ...executions.flatMap(({ failure }) => failure ?? []),
      ...[...commands, ...approvals.flatMap(({ answers }) => answers)].flatMap(({ because }) => because ?? []),
    ],
    ctx,
  )
  const joins: Joins = {
    text: (digest): JoinedBlob => texts.get(digest) ?? { erased: true },
    evidence: new Map(evidence.map((each) => [each.id, each])),
    approvals,
    events,
  }
  // What retention has emptied has only its sum.
  const spending = turns.length === 0 ? incident.spending : sumSpending(turns.map((turn) => turn.spending))
  const { id, cluster, phase, title, resource, reason, relapses, mergedInto, blockedBy, heldBy, pruned } = incident
  return {
    incident: {
      tenant,
      id,
      cluster,
      phase,
      title,
      relapses,
      ...(resource && { resource }),
      ...(reason && { reason }),
      ...(mergedInto && { mergedInto }),
      ...(blockedBy && { blockedBy }),
      ...(heldBy && { heldBy }),
    },
    span: spanOf(incident, began, events, parts.clock.now()),
    impact: {
      alerts: pruned?.alerts ?? symptoms.reduce((sum, symptom) => sum + symptom.total, 0),
      firing: symptoms.reduce((sum, symptom) => sum + symptom.firing, 0),
      suppressed: symptoms.reduce((sum, symptom) => sum + symptom.suppressed, 0),
      symptoms: symptoms
        .map(({ alertname, resource: about, total, firing }) => ({
          alertname: redact(alertname),
          total,
          firing,
          ...(about && { resource: about }),
        }))
        .toSorted((a, b) => b.total - a.total),
    },
    diagnoses: diagnoses.map((each) => timelineDiagnosis(each, joins)),
    ...(spending && { spending }),
    plans: plans.map((each) => timelinePlan(each, joins)),
    executions: executions.toSorted((a, b) => a.intentAt - b.intentAt).map((each) => timelineExecution(each, joins)),
    commands: commands.map((each) => timelineCommand(each, joins)),
    escalation: timelineEscalation(events),
    events,
    ...(pruned && { gone: { at: new Date(pruned.at).toISOString(), documents: pruned.documents } }),
  }
}

function spanOf(
  incident: Incident,
  began: number | undefined,
  events: readonly MendkitEvent[],
  now: number,
): Timeline['span'] {
  const ended = endOf(incident, events)
  return {
    detected: new Date(incident.openedAt).toISOString(),
    durationMs: Math.max(0, (ended ?? now) - incident.openedAt),
    ...(began !== undefined && { began: new Date(began).toISOString() }),
    ...(ended !== undefined && { ended: new Date(ended).toISOString() }),
  }
}

/** A closed incident ended when it was resolved, if it was: the hold afterwards was only watching. */
function endOf(incident: Incident, events: readonly MendkitEvent[]): number | undefined {
  if (incident.phase === 'resolved') return incident.phaseSince
  if (incident.phase !== 'closed') return undefined
  const last = events.findLast((event) => event.type === 'phase-changed' && event.data.to === 'closed')
  if (last?.type !== 'phase-changed' || last.data.from !== 'resolved') return incident.phaseSince
  const resolved = events.findLast((event) => event.type === 'phase-changed' && event.data.to === 'resolved')
  return resolved === undefined ? incident.phaseSince : Date.parse(resolved.at)
}

function textsOfDiagnosis({ hypotheses, unknowns }: Diagnosis): readonly string[] {
  const texts = hypotheses.flatMap(({ summary, mechanism, disproof }) => [summary, mechanism, disproof])
  return [...texts, unknowns].filter((each) => each !== undefined)
}
