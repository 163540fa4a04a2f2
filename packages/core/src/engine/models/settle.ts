import type { Blob } from '../../model/audit-entry.ts'
import type { ModelSpending } from '../../model/model-budget.ts'
import type { ModelReply } from '../../model/model-call.ts'
import type { ModelTurn } from '../../model/model-turn.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import { blobOf, blobPut } from '../blob.ts'
import { describeFailure } from '../failure.ts'
import { documentsOf } from '../timeline/rows.ts'
import type { Asking, OpenCall, Question } from './asking.ts'
import { used } from './attempt.ts'
import { countCall } from './count-call.ts'
import { settleOfDay } from './day-counters.ts'
import { type EndedTurn, endedEntry } from './entries.ts'
import { incidentRoom } from './incident-room.ts'
import { recordedName } from './model-name.ts'
import { lessSpending, noSpending, sumSpending, usedBy } from './spending.ts'
import { recordBlob, replyText } from './turn-texts.ts'

/** Writes what a call that was answered has used, in place of what was set aside for it. */
export async function settleAnswered(
  asking: Asking,
  call: OpenCall,
  question: Question,
  { reply, ms }: { readonly reply: ModelReply; readonly ms: number },
  ctx: CallContext,
): Promise<void> {
  const { parts, view } = asking
  const blob = recordBlob(parts, view.incident.tenant, replyText(reply, question.request))
  const outcome = {
    state: 'answered',
    answeredBy: recordedName(reply.answeredBy),
    finish: reply.finish,
    reply: blob.digest,
  } as const
  await settle(asking, call, { outcome, attempt: used(reply, question.size, parts.settings.models), ms, blob }, ctx)
}

/** Writes that a call failed. It gives back what was set aside for its last attempt when that was certainly not billed. */
export async function settleFailed(
  asking: Asking,
  call: OpenCall,
  { error, unbilled, ms }: { readonly error: unknown; readonly unbilled: boolean; readonly ms: number },
  ctx: CallContext,
): Promise<void> {
  const words = describeFailure(`model ${call.turn.asked.provider}/${call.turn.asked.model}`, error)
  const blob = blobOf(asking.parts, asking.view.incident.tenant, words)
  const outcome = { state: unbilled ? 'refused' : 'failed', failure: blob.digest } as const
  const attempt = unbilled ? { ...noSpending, calls: 1 } : call.attempt
  await settle(asking, call, { outcome, attempt, ms, blob }, ctx)
}

/** How a call ended. */
interface Ending {
  readonly outcome: Partial<ModelTurn> & Pick<EndedTurn, 'state'>
  /** What its last attempt counts for. */
  readonly attempt: ModelSpending
  readonly ms: number
  readonly blob: Blob
}

async function settle(
  asking: Asking,
  { turn, attempt: reserved }: OpenCall,
  ending: Ending,
  ctx: CallContext,
): Promise<void> {
  const { parts, view } = asking
  const { tenant } = view.incident
  const spending = { ...sumSpending([lessSpending(turn.spending, reserved), ending.attempt]), ms: ending.ms }
  const row: EndedTurn = { ...turn, ...ending.outcome, spending }
  const others = (await documentsOf(parts.store, 'turn', view.incident, ctx)).filter(({ id }) => id !== turn.id)
  const usedByAll = sumSpending([usedBy(others, parts.clock.now()), spending])
  const left = incidentRoom(usedByAll, parts.settings.models.perIncident)
  const change = {
    tenant,
    expect: [],
    put: [
      blobPut(ending.blob),
      { kind: 'document', table: 'turn', row } as const,
      ...settleOfDay(turn.at, lessSpending(spending, turn.spending)),
    ],
    audit: [endedEntry(parts, row, left)],
  }
  const result = await parts.store.commit(change, ctx)
  if (result.kind === 'conflict') {
    // Only whoever empties the incident writes this row too: what was set aside stands, which is no less than was used.
    parts.log.warn(message`what call ${turn.id} of a model has used could not be settled: ${result.because}`)
    return
  }
  countCall(parts.metrics, row)
}
