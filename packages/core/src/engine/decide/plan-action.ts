import { sha256 } from '../../audit/seal.ts'
import { MendkitError } from '../../errors.ts'
import type { Put } from '../../model/change.ts'
import type { ProposedAction } from '../../model/diagnosis.ts'
import { isObservation } from '../../model/evidence.ts'
import { higherRisk, type PlannedAction, type Preview } from '../../model/plan.ts'
import { describeResource, type Resource, resourceKey } from '../../model/resource.ts'
import type { Action } from '../../ports/action.ts'
import { message } from '../../redact/message.ts'
import { redact } from '../../redact/redact.ts'
import { understandBlastRadius, understandLockKeys, understandPreview } from '../answers/preview.ts'
import { understandTarget } from '../answers/resource.ts'
import { blobOf, blobPut } from '../blob.ts'
import { callPort } from '../call.ts'
import { digestOf } from '../digest.ts'
import type { Parts } from '../parts.ts'
import { type StepView, viewOf } from '../steps/view.ts'
import { checkedTarget, redactRadius, wordsOf } from './redact-preview.ts'

/** What is fixed before an action is previewed, and stays the same when it is previewed again. */
export interface ActionSlot {
  readonly type: string
  readonly params: PlannedAction['params']
  readonly target: Resource
  readonly executionId: string
  readonly mintedAt: number
  readonly observations: number
}

/** A previewed action with the blob of its difference. */
export interface PreviewedAction {
  readonly planned: PlannedAction
  readonly put: readonly Put[]
}

/** Fixes type, parameters and target of a proposal. Throws `not-found` for an unknown action or one without a target. */
export async function slotFor(parts: Parts, view: StepView, proposal: ProposedAction): Promise<ActionSlot> {
  const action = actionOf(parts, proposal.type)
  const named = proposal.target ?? understandTarget(`target of ${proposal.type}`, action.target?.(proposal.params))
  const target = named ?? view.incident.resource
  if (target === undefined) {
    throw new MendkitError(
      'not-found',
      `action ${proposal.type} has no target, and incident ${view.incident.id} has no resource`,
    )
  }
  return {
    type: proposal.type,
    params: proposal.params,
    target,
    executionId: parts.ids.next('exe'),
    mintedAt: view.now,
    observations: await observationKinds(parts, view, proposal),
  }
}

/** The action of a type. Throws `not-found` when no integration has it. */
export function actionOf(parts: Parts, type: string): Action {
  const action = parts.actions.get(type)
  if (action === undefined)
    throw new MendkitError(
      'not-found',
      message`no integration offers the action ${type}; add it, or remove the rule that proposes it`,
    )
  return action
}

/** Reads the world, dry-runs the action and describes what it would do. Changes nothing. */
export async function previewAction(parts: Parts, view: StepView, slot: ActionSlot): Promise<PreviewedAction> {
  const action = actionOf(parts, slot.type)
  const input = { ...slot, incident: viewOf(view.incident) }
  const what = message`preview of ${slot.type} on ${describeResource(slot.target)}`
  const preview = understandPreview(what, await callPort(parts, what, view.ctx, (ctx) => action.preview(input, ctx)))
  const diff = preview.diff === undefined ? undefined : blobOf(parts, view.incident.tenant, preview.diff)
  const target = checkedTarget(slot.type, preview.target ?? { ...slot.target, labels: {} })
  return {
    planned: {
      executionId: slot.executionId,
      type: slot.type,
      params: slot.params,
      target,
      risk: higherRisk(action.risk, preview.risk ?? 'low'),
      before: preview.before,
      after: preview.after,
      guard: preview.guard,
      fieldsDigest: digestOf(preview.approvalFields ?? { before: preview.before, after: preview.after }),
      diffDigest: sha256(preview.diff === undefined ? '' : redact(preview.diff)),
      dryRun: preview.dryRun ?? 'none',
      lockKeys: lockKeysOf(action, slot, target, preview),
      blastRadius: blastRadiusOf(action, slot, target, preview),
      reversible: action.undo === 'restore-before',
      fenceable: action.invalidate !== undefined,
      observations: slot.observations,
      alreadySo: preview.alreadySo ?? false,
      mintedAt: slot.mintedAt,
      ...(diff && { diff: diff.digest }),
      ...wordsOf(preview),
    },
    put: diff === undefined ? [] : [blobPut(diff)],
  }
}

function lockKeysOf(action: Action, { type, params }: ActionSlot, target: Resource, preview: Preview) {
  const own = () => action.lockKeys && understandLockKeys(`lock keys of ${type}`, action.lockKeys(params, target))
  return [...new Set(preview.lockKeys ?? own() ?? [resourceKey(target)])].sort()
}

function blastRadiusOf(action: Action, { type, params }: ActionSlot, target: Resource, preview: Preview) {
  const own = () =>
    action.blastRadius && understandBlastRadius(`blast radius of ${type}`, action.blastRadius(params, target))
  return redactRadius(preview.blastRadius ?? own() ?? { resources: [target], replicas: 1 })
}

/** What an approval of this one action is bound to. */
export function boundFields(action: PlannedAction) {
  const { type, params, target, fieldsDigest, diffDigest } = action
  return { type, params, target: resourceKey(target), uid: target.uid ?? null, fieldsDigest, diffDigest }
}

/** Kinds of machine observation that the proposal itself cites: what another hypothesis rests on says nothing for this action. */
async function observationKinds(parts: Parts, view: StepView, { citations }: ProposedAction): Promise<number> {
  const kinds = new Set<string>()
  for (const evidenceId of new Set(citations.map((each) => each.evidenceId))) {
    const evidence = await parts.store.get('evidence', view.incident.tenant, evidenceId, view.ctx)
    for (const citation of citations) {
      if (citation.evidenceId !== evidenceId || citation.fact === undefined) continue
      const kind = evidence?.facts[citation.fact]?.kind
      if (evidence !== undefined && kind !== undefined && isObservation({ kind, tool: evidence.tool })) kinds.add(kind)
    }
  }
  return kinds.size
}
