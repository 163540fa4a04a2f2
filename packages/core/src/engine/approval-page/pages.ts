import { describeResource } from '../../model/resource.ts'
import type { ApprovalQuestion } from '../host/approvals-face.ts'
import type { Timeline } from '../timeline/shape.ts'
import { answerSection, type Reader } from './answer-section.ts'
import { changeSection } from './change-section.ts'
import { diagnosisSection } from './diagnosis-section.ts'
import { type Html, html, nothing } from './html.ts'
import { peopleSection } from './people-section.ts'
import type { Page } from './respond.ts'
import { code, fromNow, groups, resource, separated, time } from './words.ts'

/** Approvals on one page of the list. */
export const pageSize = 50

const stateWords = {
  open: 'This waits for an answer.',
  granted: 'Everybody who must has approved this; Mendkit looks at the world again before it changes anything.',
  used: 'This was approved, and begun.',
  rejected: 'This was rejected, and handed over to people.',
  void: 'This is void: what it was about has changed. Nothing happens under it any more.',
  expired: 'Not enough people answered in time; the incident was escalated.',
} as const

/** The open approvals of the tenant, oldest first. */
export function listPage(questions: readonly ApprovalQuestion[], now: number): Page {
  const last = questions.at(-1)
  const more =
    last === undefined || questions.length < pageSize
      ? nothing
      : html`<p><a href="?after=${encodeURIComponent(last.id)}">More</a></p>`
  const main = html`<h1>Approvals that wait</h1>
${questions.length === 0 ? html`<p>Nothing waits for an answer.</p>` : html`<ul class="questions">${questions.map((each) => item(each, now))}</ul>`}
${more}`
  return { title: 'Approvals', main }
}

function item(question: ApprovalQuestion, now: number): Html {
  const { id, incidentId, actions, askedAt, expiresAt, risk, missing } = question
  const what = actions.map(({ type, target }) => html`${code(type)} on ${resource(target)}`)
  return html`<li><a href="?approval=${encodeURIComponent(id)}">${what.length === 0 ? id : separated(what, ', then ')}</a>
<p>Risk <strong>${risk}</strong>; still missing: ${groups(missing)}; expires ${time(expiresAt)}, ${fromNow(expiresAt, now)}</p>
<p class="quiet">Asked ${fromNow(askedAt, now)} for incident ${code(incidentId)}</p></li>
`
}

/** One question: what would change and why, who decides, and the forms. */
export function questionPage(question: ApprovalQuestion, timeline: Timeline, reader: Reader): Page {
  const { incident } = timeline
  const [first] = question.actions
  const what = first === undefined ? question.id : `${first.type} on ${describeResource(first.target)}`
  const main = html`<h1>${question.state === 'open' ? 'Approve this change?' : 'A change'}</h1>
<p class="state" role="status"><strong>${stateWords[question.state]}</strong></p>
<p>For incident ${code(incident.id)}: <bdi>${incident.title}</bdi></p>
${changeSection(question)}
${diagnosisSection(timeline, question.planId)}
${peopleSection(question, timeline, reader.now)}
${answerSection(question, timeline, reader)}`
  return { title: `Approval: ${what}`, main }
}

/** What became of a request that was not carried out, with the way back. */
export function problemPage(status: number, heading: string, because: string): Page {
  const main = html`<h1>${heading}</h1>
<p class="warn" role="alert">${because}</p>
<p><a href="">Look again</a></p>`
  return { title: heading, status, main }
}
