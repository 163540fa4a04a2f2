import type { Approval } from '../../model/approval.ts'
import type { Expectation, Put } from '../../model/change.ts'
import type { AuditDraft } from '../../model/event.ts'
import type { Execution, MeasureReading } from '../../model/execution.ts'
import type { PlannedAction } from '../../model/plan.ts'
import { withoutLabels } from '../../model/resource.ts'
import { redact } from '../../redact/redact.ts'
import { digestOf } from '../digest.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import type { StepView } from '../steps/view.ts'
import type { Effect } from './effect.ts'
import { readLocks, takeLocks } from './locks.ts'

/** Counter of all intents that a tenant ever had. */
export const intentsCounter = 'intents'

/** An intent that is in the log, and its place there. */
export interface DurableIntent {
  readonly execution: Execution
  readonly seq: number
}

/** What came of an intent: durable, or why not. */
export type Intended =
  | ({ readonly kind: 'durable' } & DurableIntent)
  | { readonly kind: 'refused'; readonly because: string }

/**
 * Makes an effect's intent durable before anything is called: execution, fence, locks, caps and the approval's use, all
 * expecting the lease, the kill switch and the holder as this step read them.
 */
export async function intend(
  parts: Parts,
  view: StepView,
  effect: Effect,
  fresh: PlannedAction,
  more: {
    readonly approval?: Approval
    readonly measuresBefore: readonly MeasureReading[]
    readonly intentsSeen?: number
    /** What the judgement rests on beside the switches. */
    readonly restsOn: readonly Expectation[]
  },
): Promise<Intended> {
  const keys = fresh.lockKeys
  const locks = await readLocks(parts, view.incident.tenant, keys, view.ctx)
  const busy = locks.find((lock) => lock.holder !== undefined && lock.holder !== effect.plan.id)
  if (busy !== undefined) return { kind: 'refused', because: `lock ${busy.id} is held by plan ${busy.holder}` }
  const execution = executionOf(parts, view, effect, fresh, (locks[0]?.revision ?? 0) + 1, more.measuresBefore)
  const used: Put[] =
    more.approval === undefined
      ? []
      : [{ kind: 'document', table: 'approval', row: { ...more.approval, state: 'used' } }]
  const put: Put[] = [
    { kind: 'document', table: 'execution', row: execution },
    ...takeLocks(parts, locks, execution),
    countIntent(more.intentsSeen),
    ...used,
  ]
  return commitIntent(parts, view, execution, put, [intendedEntry(parts, execution)], more.restsOn)
}

/** Counts this intent; the change conflicts when the policies rest on a past that another intent has been added to since. */
function countIntent(intentsSeen: number | undefined): Put {
  const last = intentsSeen === undefined ? {} : { max: intentsSeen + 1 }
  return { kind: 'counter', name: intentsCounter, add: 1, ...last }
}

/** Makes the next send of the same execution durable, under a fresh guard; refused when the fence is no longer ours. */
export async function intendAgain(
  parts: Parts,
  view: StepView,
  execution: Execution,
  guard: PlannedAction['guard'],
  restsOn: readonly Expectation[],
): Promise<Intended> {
  const { resendAt: _, ...rest } = execution
  const next: Execution = { ...rest, guard, sends: execution.sends + 1, state: 'intent' }
  const put: Put[] = [{ kind: 'document', table: 'execution', row: next }]
  const [first = ''] = execution.lockKeys
  const fence: Expectation = { kind: 'revision', table: 'lock', id: first, revision: execution.fence }
  return commitIntent(parts, view, next, put, [intendedEntry(parts, next)], [fence, ...restsOn])
}

/**
 * Makes the next part of an effect that is under way durable, under a higher fence; refused when the lock is no longer ours.
 * The approval was for all the parts.
 */
export async function intendPart(parts: Parts, view: StepView, execution: Execution): Promise<Intended> {
  const locks = await readLocks(parts, view.incident.tenant, execution.lockKeys.slice(0, 1), view.ctx)
  const [lock] = locks
  if (lock?.holder !== execution.planId || lock.revision !== execution.fence) {
    return { kind: 'refused', because: `its lock ${lock?.id ?? ''} is no longer its own` }
  }
  const fence = lock.revision + 1
  const next: Execution = { ...execution, fence, sends: execution.sends + 1, state: 'intent' }
  const put: Put[] = [
    { kind: 'document', table: 'execution', row: next },
    { kind: 'document', table: 'lock', row: lock },
  ]
  return commitIntent(parts, view, next, put, [intendedEntry(parts, next)])
}

async function commitIntent(
  parts: Parts,
  view: StepView,
  execution: Execution,
  put: readonly Put[],
  audit: readonly AuditDraft[],
  more: readonly Expectation[] = [],
): Promise<Intended> {
  const { incident, claim, pause, holder } = view
  const committed = await parts.store.commit(
    {
      tenant: incident.tenant,
      expect: [
        { kind: 'lease', incidentId: incident.id, epoch: claim.epoch },
        { kind: 'revision', table: 'incident', id: incident.id, revision: incident.revision },
        { kind: 'revision', table: 'setting', id: pause.id, revision: pause.revision },
        { kind: 'revision', table: 'setting', id: holder.id, revision: holder.revision },
        ...more,
      ],
      put,
      audit,
    },
    view.ctx,
  )
  if (committed.kind === 'conflict') return { kind: 'refused', because: committed.because }
  const [seq = 0] = committed.seqs
  return { kind: 'durable', execution: { ...execution, revision: execution.revision + 1 }, seq }
}

function executionOf(
  parts: Parts,
  view: StepView,
  effect: Effect,
  fresh: PlannedAction,
  fence: number,
  measuresBefore: readonly MeasureReading[],
): Execution {
  const { undoes, plan, index } = effect
  return {
    tenant: view.incident.tenant,
    id: effect.slot.executionId,
    incidentId: view.incident.id,
    planId: plan.id,
    cause: plan.cause,
    index,
    state: 'intent',
    type: fresh.type,
    params: fresh.params,
    target: fresh.target,
    risk: fresh.risk,
    before: undoes?.after ?? fresh.before,
    after: undoes?.before ?? fresh.after,
    guard: fresh.guard,
    fieldsDigest: fresh.fieldsDigest,
    blastRadius: fresh.blastRadius,
    lockKeys: fresh.lockKeys,
    fence,
    sends: 1,
    mintedAt: effect.slot.mintedAt,
    intentAt: view.now,
    deadline: view.now + parts.settings.execution.callTimeoutMs,
    reads: 0,
    measuresBefore,
    ...(undoes && { undoes: undoes.id }),
    revision: 0,
  }
}

function intendedEntry(parts: Parts, execution: Execution): AuditDraft {
  return draft(
    parts,
    'execution-intended',
    { kind: 'incident', id: execution.incidentId },
    {
      execution: execution.id,
      plan: execution.planId,
      action: execution.type,
      target: withoutLabels(execution.target),
      fence: execution.fence,
      send: execution.sends,
      lockKeys: execution.lockKeys.map((key) => redact(key)),
      guard: digestOf(execution.guard),
      before: digestOf(execution.before),
      after: digestOf(execution.after),
      ...(execution.undoes !== undefined && { undoes: execution.undoes }),
    },
  )
}
