import type { Command } from '../../model/command.ts'
import type { CommandRefusal } from '../../model/reasons.ts'
import { voidApproval } from '../decide/void-approval.ts'
import { draft } from '../draft.ts'
import { settleExecution } from '../journal/settle.ts'
import type { Parts } from '../parts.ts'
import { leftToPeople } from './left-to-people.ts'
import { tellPaged } from './notice.ts'
import { joinResults, moveTo } from './result.ts'
import { membersOf, type StepResult, type StepView } from './view.ts'

/**
 * Handles the oldest command that does not belong to an approval step; undefined when there is none. Each command is a
 * step of its own, so that two of them never mix. An answer to an approval that no longer waits is refused here.
 */
export async function handleCommands(parts: Parts, view: StepView): Promise<StepResult | undefined> {
  const waiting = view.incident.phase === 'awaiting-approval'
  const command = view.commands.find((each) => !(waiting && isAnswer(each)))
  if (command === undefined) return undefined
  const result = await handle(parts, view, command)
  return { dueAt: 'now', ...result }
}

/** Marks a command as carried out. */
export function commandDone(command: Command): StepResult {
  return { put: [{ kind: 'document', table: 'command', row: { ...command, state: 'done' } }] }
}

/** Marks a command as refused, with an audit entry that says why. */
export function commandRefused(parts: Parts, command: Command, because: CommandRefusal): StepResult {
  const subject = { kind: 'incident', id: command.incidentId } as const
  return {
    put: [{ kind: 'document', table: 'command', row: { ...command, state: 'refused' } }],
    audit: [draft(parts, 'command-refused', subject, { command: command.id, because })],
  }
}

function isAnswer(command: Command): boolean {
  return command.body.kind === 'approve' || command.body.kind === 'reject'
}

async function handle(parts: Parts, view: StepView, command: Command): Promise<StepResult> {
  switch (command.body.kind) {
    case 'approve':
    case 'reject':
      return commandRefused(parts, command, 'approval-not-open')
    case 'close':
      return close(parts, view, command)
    case 'resolve':
      return resolve(parts, view, command)
    case 'diagnose':
      return diagnoseAgain(parts, view, command)
    case 'settle':
      return joinResults(commandDone(command), await settleExecution(parts, view, command.body))
  }
}

async function close(parts: Parts, view: StepView, command: Command): Promise<StepResult> {
  if (view.incident.phase === 'closed') return commandRefused(parts, command, 'already-closed')
  if (view.unfinished.length > 0) return commandRefused(parts, command, 'execution-in-flight')
  const voided = await voidApproval(parts, view, 'closed')
  const put = [{ kind: 'drop-correlation-keys', incidentId: view.incident.id }] as const
  const moved = moveTo(parts, view, 'closed', { reason: 'closed-by-person', put })
  const told = joinResults(voided, tellPaged(parts, view, 'closed', 'closed-by-person'))
  return joinResults(joinResults(commandDone(command), told), moved)
}

/** Alerts that still fire do not open it again at once: only what comes later, or still fires when the hold is over. */
async function resolve(parts: Parts, view: StepView, command: Command): Promise<StepResult> {
  const { phase } = view.incident
  if (phase === 'closed') return commandRefused(parts, command, 'already-closed')
  if (phase === 'resolved') return commandRefused(parts, command, 'already-resolved')
  if (view.unfinished.length > 0) return commandRefused(parts, command, 'execution-in-flight')
  const reason = 'resolved-by-person'
  const voided = await voidApproval(parts, view, 'resolved')
  const told = joinResults(voided, tellPaged(parts, view, 'resolved', reason))
  const hold = view.now + parts.settings.hold.ms
  const planId = leftToPeople(view.incident)
  const next = {
    undoing: undefined,
    ...(view.firing > 0 && { membersWhenResolved: membersOf(view) }),
    // A person's word is no evidence of a recovery: it is judged when the alerts have cleared.
    ...(planId !== undefined && { unjudged: { planId } }),
  }
  const moved = moveTo(parts, view, 'resolved', { reason, deadlines: { hold }, next })
  return joinResults(joinResults(commandDone(command), told), moved)
}

async function diagnoseAgain(parts: Parts, view: StepView, command: Command): Promise<StepResult> {
  const { phase } = view.incident
  if (phase !== 'escalated' && phase !== 'handed-over' && phase !== 'suggested') {
    return commandRefused(parts, command, `not-waiting-in-${phase}`)
  }
  if (view.unfinished.length > 0) return commandRefused(parts, command, 'execution-in-flight')
  const asked = { diagnosisAskedBy: command.by.id, diagnoses: 0, lastDiagnosedAt: undefined }
  const next = { ...asked, voids: {}, rejectedPlans: [], undoing: undefined }
  return joinResults(commandDone(command), moveTo(parts, view, 'diagnosing', { next }))
}
