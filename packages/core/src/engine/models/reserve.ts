import { MendkitError } from '../../errors.ts'
import type { Blob } from '../../model/audit-entry.ts'
import type { BudgetName, ModelSpending } from '../../model/model-budget.ts'
import type { ModelTurn } from '../../model/model-turn.ts'
import type { CallContext } from '../../ports/context.ts'
import type { LanguageModel } from '../../ports/language-model.ts'
import { blobPut } from '../blob.ts'
import { documentsOf } from '../timeline/rows.ts'
import type { Asking, OpenCall, Question } from './asking.ts'
import { reservation } from './attempt.ts'
import { reserveOfDay, spentOfDay, usedOfDay } from './day-counters.ts'
import { askedEntry } from './entries.ts'
import { incidentRoom, spentOfIncident } from './incident-room.ts'
import { recordedName } from './model-name.ts'
import { sumSpending, usedBy } from './spending.ts'
import { prefixText, recordBlob, requestText } from './turn-texts.ts'

/** How often a reservation is made again because somebody else made one at the same time. */
const tries = 20

/** What came of a reservation. */
export type Reserved =
  | { readonly kind: 'reserved'; readonly call: OpenCall }
  | { readonly kind: 'spent'; readonly budget: BudgetName }

/** What is written when there is room. */
interface Wanted {
  /** What the budgets must have room for. */
  readonly amounts: ModelSpending
  /** What of it is for the attempt that is to be made. */
  readonly attempt: ModelSpending
  /** The row to write, given the incident's other calls and how long this one may take. */
  readonly turnOf: (others: readonly ModelTurn[], ms: number) => ModelTurn
  /** When the call was begun that it is a further attempt of: that has its time already, and is counted on its day. Absent: it begins. */
  readonly begunAt?: number
  readonly blobs: readonly Blob[]
}

/** Sets aside what a call may cost, in one commit that is refused when a budget has no room for it. */
export async function reserve(asking: Asking, { model, request, size }: Question, ctx: CallContext): Promise<Reserved> {
  const { parts, view, diagnosisId, analyzer } = asking
  const { tenant, id: incidentId } = view.incident
  const { models } = parts.settings
  const amounts = reservation(size, [model, ...(model.mayAnswer ?? [])], models)
  const prefix = await prefixBlob(asking, prefixText(request), ctx)
  const asked = recordBlob(parts, tenant, requestText(request))
  const turnOf = (others: readonly ModelTurn[], ms: number): ModelTurn => {
    const number = (others.at(-1)?.number ?? 0) + 1
    return {
      tenant,
      id: `${incidentId}-${String(number).padStart(4, '0')}`,
      incidentId,
      diagnosisId,
      analyzer,
      number,
      state: 'asked',
      at: parts.clock.now(),
      asked: recordedName(model),
      reserved: { tokens: amounts.tokens, ms, microUsd: amounts.microUsd },
      spending: { ...amounts, ms },
      prefix: prefix.digest,
      request: asked.digest,
      revision: 0,
    }
  }
  const blobs = [...prefix.blobs, asked]
  return commitReservation(asking, { amounts, attempt: amounts, turnOf, blobs }, ctx)
}

/** A further attempt of a call. */
interface FurtherAttempt {
  readonly named: Pick<LanguageModel, 'provider' | 'model' | 'mayAnswer'>
  readonly size: Question['size']
  /** What the attempt before gives back of its own. */
  readonly given: ModelSpending
}

/**
 * Sets aside what a further attempt of a call may cost, within the time that the call has.
 */
export function reserveAgain(
  asking: Asking,
  { turn }: OpenCall,
  { named, size, given }: FurtherAttempt,
  ctx: CallContext,
): Promise<Reserved> {
  const attempt = reservation(size, [named, ...(named.mayAnswer ?? [])], asking.parts.settings.models)
  const amounts = sumSpending([given, attempt])
  const spending = sumSpending([turn.spending, amounts])
  const { tokens, ms, microUsd } = spending
  const row = { ...turn, spending, reserved: { tokens, ms, microUsd } }
  return commitReservation(asking, { amounts, attempt, turnOf: () => row, begunAt: turn.at, blobs: [] }, ctx)
}

async function commitReservation(asking: Asking, wanted: Wanted, ctx: CallContext): Promise<Reserved> {
  const { parts, view } = asking
  const { tenant, id: incidentId } = view.incident
  const { perIncident, perDay } = parts.settings.models
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const turns = await documentsOf(parts.store, 'turn', view.incident, ctx)
    const now = parts.clock.now()
    const used = usedBy(turns, now)
    const room = incidentRoom(used, perIncident)
    const onDay = await usedOfDay(parts.store, tenant, wanted.begunAt ?? now, ctx)
    const ofDay = (perDay.ms ?? Number.POSITIVE_INFINITY) - onDay.ms
    const ms = Math.min(room.ms, ofDay)
    const amounts = { ...wanted.amounts, ms: wanted.begunAt === undefined ? ms : 0 }
    const spent = spentOfIncident(room, amounts) ?? spentOfDay(onDay, amounts, perDay)
    if (spent !== undefined) return { kind: 'spent', budget: spent }
    const turn = wanted.turnOf(turns, ms)
    const change = {
      tenant,
      // Whoever has lost the incident asks nobody any more.
      expect: [{ kind: 'lease', incidentId, epoch: view.claim.epoch } as const],
      put: [
        ...wanted.blobs.map(blobPut),
        { kind: 'document', table: 'turn', row: turn } as const,
        ...reserveOfDay(turn.at, amounts, perDay),
      ],
      audit: [askedEntry(parts, turn, incidentRoom(sumSpending([used, amounts]), perIncident))],
    }
    const result = await parts.store.commit(change, ctx)
    if (result.kind === 'conflict') continue
    const stored = { ...turn, revision: turn.revision + 1 }
    const timeBudget = ofDay < room.ms ? 'day-time' : 'incident-time'
    return { kind: 'reserved', call: { turn: stored, attempt: wanted.attempt, timeBudget } }
  }
  const text = `a call of a model could not be reserved for incident ${incidentId}: others were first each time`
  throw new MendkitError('unavailable', text, { effect: 'none' })
}

/** The blob of a prefix: the one that an earlier call of the incident has stored, or a new one. */
async function prefixBlob(
  { parts, view }: Asking,
  text: Blob['text'],
  ctx: CallContext,
): Promise<{ readonly digest: string; readonly blobs: readonly Blob[] }> {
  const { tenant } = view.incident
  const turns = await documentsOf(parts.store, 'turn', view.incident, ctx)
  const known = await parts.store.blobs(tenant, [...new Set(turns.map(({ prefix }) => prefix))], ctx)
  const same = known.find((blob) => blob.text === text)
  if (same !== undefined) return { digest: same.digest, blobs: [] }
  const blob = recordBlob(parts, tenant, text)
  return { digest: blob.digest, blobs: [blob] }
}
