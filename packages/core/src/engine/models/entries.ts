import type { AuditDraft } from '../../model/event.ts'
import type { EndedModelTurnState, ModelTurn } from '../../model/model-turn.ts'
import { redact } from '../../redact/redact.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import type { IncidentRoom } from './incident-room.ts'

/** The entry of a reservation: a model is asked right after it. */
export function askedEntry(parts: Parts, turn: ModelTurn, left: IncidentRoom): AuditDraft {
  const { id, incidentId, diagnosisId, analyzer, asked, reserved, spending, prefix, request } = turn
  const data = {
    turn: id,
    diagnosis: diagnosisId,
    analyzer: redact(analyzer),
    ...asked,
    attempt: spending.calls,
    reserved,
    left,
  }
  return draft(parts, 'model-asked', { kind: 'incident', id: incidentId }, data, { blobs: { prefix, request } })
}

/** A call that has ended. */
export type EndedTurn = ModelTurn & { readonly state: EndedModelTurnState }

/** The entry of what came of a call. */
export function endedEntry(parts: Parts, turn: EndedTurn, left: IncidentRoom): AuditDraft {
  const { id, incidentId, diagnosisId, state, answeredBy, asked, finish, spending, reply, failure } = turn
  const data = {
    turn: id,
    diagnosis: diagnosisId,
    state,
    ...(answeredBy ?? asked),
    ...(finish && { finish }),
    spending,
    left,
  }
  const blobs = { ...(reply !== undefined && { reply }), ...(failure !== undefined && { failure }) }
  return draft(parts, 'model-call-ended', { kind: 'incident', id: incidentId }, data, { blobs })
}
