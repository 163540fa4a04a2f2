import type { Principal } from '../../model/principal.ts'
import { mayAnswer } from '../decide/may-answer.ts'
import type { ApprovalQuestion } from '../host/approvals-face.ts'
import type { Timeline } from '../timeline/shape.ts'
import { type Html, html, nothing } from './html.ts'
import { maxWords } from './read-form.ts'

/** Who looks at the question, and when. */
export interface Reader {
  readonly by: Principal
  readonly now: number
  /** Goes into the forms. */
  readonly token: string
}

/** The forms of whoever may answer; for everybody else, why there are none. */
export function answerSection(question: ApprovalQuestion, { commands }: Timeline, reader: Reader): Html {
  const { id, digest, state, expiresAt } = question
  if (state !== 'open') return nothing
  if (reader.now >= expiresAt) return why('It has expired: the incident is being escalated.')
  const mine = commands.some((each) => each.answers === id && each.state === 'pending' && each.by.id === reader.by.id)
  if (mine) return why('Your answer has been received. Look again in a moment to see what came of it.')
  const noApproval = mayAnswer(question, reader.by, { kind: 'approve', digest })
  const noRejection = mayAnswer(question, reader.by, { kind: 'reject', digest })
  return html`<h2>Your answer</h2>
${noApproval === undefined ? approveForm(question, reader) : html`<p class="state">${noApproval.because}</p>`}
${noRejection === undefined ? rejectForm(question, reader) : nothing}`
}

function why(because: string): Html {
  return html`<h2>Your answer</h2>
<p class="state">${because}</p>
<p><a href="">Look again</a></p>`
}

function approveForm(question: ApprovalQuestion, reader: Reader): Html {
  const proof = html`<label for="proof">Proof that it is you, as your host asks for it for changes of high risk</label>
<input id="proof" name="proof" type="password" autocomplete="one-time-code" maxlength="${maxWords}">
`
  return html`<form method="post" aria-labelledby="approve">
<h3 id="approve">Approve exactly what is shown above</h3>
${hidden(question, reader)}<label for="remark">Remark (optional)</label>
<textarea id="remark" name="because" rows="2" maxlength="${maxWords}"></textarea>
${question.proofNeeded ? proof : nothing}<button name="answer" value="approve">Approve</button>
</form>`
}

function rejectForm(question: ApprovalQuestion, reader: Reader): Html {
  return html`<form method="post" aria-labelledby="reject">
<h3 id="reject">Reject it, and hand the incident over to people</h3>
${hidden(question, reader)}<label for="reason">Reason (needed)</label>
<textarea id="reason" name="because" rows="2" maxlength="${maxWords}" required></textarea>
<button class="no" name="answer" value="reject">Reject</button>
</form>`
}

function hidden({ digest }: ApprovalQuestion, { token }: Reader): Html {
  return html`<input type="hidden" name="token" value="${token}">
<input type="hidden" name="digest" value="${digest}">
`
}
