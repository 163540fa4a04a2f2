import type { Approval } from '../../model/approval.ts'
import { bullets, code, fenced, joined, type Markdown, md } from './markdown.ts'
import { actionReasons, decisionLine, voiceLines } from './reasons.ts'
import type { Timeline, TimelineAction, TimelineCommand, TimelinePlan } from './shape.ts'
import { utc } from './times.ts'
import { approverWords, principalWords, resourceWords, textWords } from './words.ts'

/** Every plan: what was to be done, what each policy said, and who answered. */
export function renderDecisions(timeline: Timeline): Markdown {
  const { plans, commands } = timeline
  if (plans.length === 0) return md`## Decision\n\nNo action was planned.`
  return joined([md`## Decision`, ...plans.map((plan, index) => renderPlan(plan, index, commands))], '\n\n')
}

function renderPlan(plan: TimelinePlan, index: number, commands: readonly TimelineCommand[]): Markdown {
  return joined(
    [
      md`### Plan ${index + 1}: ${utc(plan.at)}`,
      ...plan.actions.flatMap(renderAction),
      decisionLine(plan.decision),
      bullets(voiceLines(plan.decision)),
      ...plan.approvals.map((each) => renderApproval(each, commands)),
    ],
    '\n\n',
  )
}

function renderAction(action: TimelineAction): readonly Markdown[] {
  return [
    md`**${code(action.type)}** on ${resourceWords(action.target)}, which would change:`,
    action.diff === undefined
      ? md`(the action shows no difference)`
      : 'text' in action.diff
        ? fenced(action.diff.text, 'diff')
        : textWords(action.diff),
    bullets(actionReasons(action)),
  ]
}

function renderApproval(approval: Approval, commands: readonly TimelineCommand[]): Markdown {
  const asked = md`Asked at ${utc(approval.askedAt)} of ${approverWords(approval.approvers)}: `
  const answeredBy = approval.answeredBy === undefined ? md`somebody` : principalWords(approval.answeredBy)
  const answeredAt = approval.answeredAt === undefined ? '' : ` at ${utc(approval.answeredAt)}`
  switch (approval.state) {
    case 'open':
      return md`${asked}not answered yet; it expires at ${utc(approval.expiresAt)}`
    case 'granted':
    case 'used':
      return md`${asked}approved by ${answeredBy}${answeredAt}${wordsOf(approval, commands)}`
    case 'rejected':
      return md`${asked}rejected by ${answeredBy}${answeredAt}${wordsOf(approval, commands)}`
    case 'void':
      return md`${asked}became void (${code(approval.voidBecause ?? 'no reason was recorded')})`
    case 'expired':
      return md`${asked}nobody answered before ${utc(approval.expiresAt)}`
  }
}

/** What the person who answered wrote with the answer. */
function wordsOf(approval: Approval, commands: readonly TimelineCommand[]): Markdown {
  const answer = commands.find((command) => command.answers === approval.id && command.state === 'done')
  return answer?.because === undefined ? md`` : md`, saying: ${textWords(answer.because)}`
}
