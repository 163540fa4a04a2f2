import { bullets, code, fenced, joined, type Markdown, md } from './markdown.ts'
import { actionReasons, decisionLine, voiceLines } from './reasons.ts'
import type { Timeline, TimelineAction, TimelineApproval, TimelinePlan } from './shape.ts'
import { utc } from './times.ts'
import { approverWords, principalWords, resourceWords, textWords } from './words.ts'

/** Every plan: what was to be done, what each policy said, and who answered. */
export function renderDecisions(timeline: Timeline): Markdown {
  const { plans } = timeline
  if (plans.length === 0) return md`## Decision\n\nNo action was planned.`
  return joined([md`## Decision`, ...plans.map((plan, index) => renderPlan(plan, index))], '\n\n')
}

function renderPlan(plan: TimelinePlan, index: number): Markdown {
  return joined(
    [
      md`### Plan ${index + 1}: ${utc(plan.at)}`,
      ...plan.actions.flatMap(renderAction),
      decisionLine(plan.decision),
      bullets(voiceLines(plan.decision)),
      ...plan.approvals.map(renderApproval),
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

function renderApproval(approval: TimelineApproval): Markdown {
  const asked = md`Asked at ${utc(approval.askedAt)} of ${approverWords(approval.approvers)}: `
  const said = approval.answers.map(answerWords)
  const soFar = said.length === 0 ? [] : [joined(said, '; ')]
  switch (approval.state) {
    case 'open':
      return md`${asked}${joined([...soFar, md`${said.length === 0 ? 'not answered yet' : 'not enough yet'}; it expires at ${utc(approval.expiresAt)}`], '; ')}`
    case 'granted':
    case 'used':
    case 'rejected':
      return md`${asked}${joined(soFar, '')}`
    case 'void':
      return md`${asked}${joined([...soFar, md`became void (${code(approval.voidBecause ?? 'no reason was recorded')})`], '; ')}`
    case 'expired':
      return md`${asked}${joined([...soFar, md`${said.length === 0 ? 'nobody answered' : 'not enough people approved'} before ${utc(approval.expiresAt)}`], '; ')}`
  }
}

function answerWords({ kind, by, at, because }: TimelineApproval['answers'][number]): Markdown {
  const words = because === undefined ? md`` : md`, saying: ${textWords(because)}`
  return md`${kind === 'approve' ? 'approved' : 'rejected'} by ${principalWords(by)} at ${utc(at)}${words}`
}
