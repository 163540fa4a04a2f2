import type { ApprovalQuestion } from '../host/approvals-face.ts'
import type { Timeline, TimelineApproval, TimelinePlan } from '../timeline/shape.ts'
import { unaskedWords } from '../timeline/words.ts'
import { type Html, html } from './html.ts'
import { code, fromNow, groups, list, principal, quote, separated, time } from './words.ts'

const voiceWords = { allow: 'allows it', ask: 'asks people', deny: 'denies it', abstain: 'has no say' } as const

/** Who asks, what the policies said, who must approve, and who answered so far. */
export function peopleSection(question: ApprovalQuestion, { plans, commands }: Timeline, now: number): Html {
  const plan = plans.find(({ id }) => id === question.planId)
  const approval = plan?.approvals.find(({ id }) => id === question.id)
  const pending = commands.filter(({ answers, state }) => answers === question.id && state === 'pending')
  const answers = approval?.answers ?? []
  return html`<h2>Who decides</h2>
<dl>
<dt>Proposed by</dt><dd>${proposer(question)}, at ${time(question.askedAt)}</dd>
<dt>Must approve</dt><dd>${groups(question.approvers)}</dd>
<dt>Still missing</dt><dd>${question.missing.length === 0 ? 'nobody' : groups(question.missing)}</dd>
<dt>Expires</dt><dd>${time(question.expiresAt)}, ${fromNow(question.expiresAt, now)}</dd>
<dt>Bound to</dt><dd>${code(question.digest)}</dd>
</dl>
<h3>Policies</h3>
${list(voices(plan))}
<h3>Answers</h3>
${answers.length + pending.length === 0 ? html`<p>Nobody has answered yet.</p>` : list(answers.map(answer))}
${list(pending.map(({ by, kind, at }) => html`${principal(by)} asked to ${kind} at ${time(at)}; this is being taken`))}`
}

function proposer({ proposedBy }: ApprovalQuestion): Html {
  return proposedBy === undefined
    ? html`Mendkit, by itself`
    : html`Mendkit, after <bdi>${proposedBy}</bdi> asked for a diagnosis`
}

/** Those that have no say and no reason share a line, and so do those that do not apply. */
function voices(plan: TimelinePlan | undefined): readonly Html[] {
  const { voices: all, unasked } = plan?.decision ?? { voices: [], unasked: 0 }
  const silent = all.filter(isSilent).map(({ policy }) => code(policy))
  const spoke = all.filter((each) => !isSilent(each)).map(voice)
  return [
    ...spoke,
    ...(silent.length === 0 ? [] : [html`No say: ${separated(silent, ', ')}`]),
    ...(unasked === 0 ? [] : [html`${unaskedWords(unasked)}`]),
  ]
}

function isSilent({ kind, because }: TimelinePlan['decision']['voices'][number]): boolean {
  return kind === 'abstain' && because === ''
}

function voice({ policy, kind, because }: TimelinePlan['decision']['voices'][number]): Html {
  return html`${code(policy)} ${voiceWords[kind]}${because === '' ? '' : ': '}<bdi>${because}</bdi>`
}

function answer({ kind, by, at, because }: TimelineApproval['answers'][number]): Html {
  const said = kind === 'approve' ? 'approved' : 'rejected'
  return html`${principal(by)} ${said} at ${time(at)}${because === undefined ? [] : quote(because)}`
}
