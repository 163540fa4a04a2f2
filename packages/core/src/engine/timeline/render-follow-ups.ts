import { bullets, code, type Markdown, md } from './markdown.ts'
import type { Timeline, TimelineExecution } from './shape.ts'
import { count, resourceWords } from './words.ts'

/** What the record leaves open: only questions that follow from it. */
export function renderFollowUps(timeline: Timeline): Markdown {
  const open = [
    ...afterEffects(timeline),
    ...afterDiagnosis(timeline),
    ...afterPeople(timeline),
    ...afterNotices(timeline),
  ]
  if (open.length === 0) return md`## Open questions and follow-ups\n\nThe record leaves nothing open.`
  return md`## Open questions and follow-ups\n\n${bullets(open)}`
}

function afterEffects({ incident, executions }: Timeline): readonly Markdown[] {
  const about = (execution: TimelineExecution) => md`${code(execution.type)} on ${resourceWords(execution.target)}`
  return executions.flatMap((execution): readonly Markdown[] => {
    if (execution.state === 'undone') {
      return [md`Why did ${about(execution)} not help? It was undone; the cause still stands.`]
    }
    if (execution.state === 'escalated')
      return [md`What did ${about(execution)} leave behind? A person has to look at the object.`]
    if (execution.state === 'failed') return [md`Why did ${about(execution)} fail?`]
    if (execution.gone) return [md`Who removed the target of ${about(execution)}? The reply was lost, so nobody knows.`]
    if (execution.state === 'intent' || execution.state === 'unknown') {
      return [md`Did ${about(execution)} happen? Its outcome is not known yet.`]
    }
    if (execution.state === 'succeeded' && incident.reason === 'remediated') {
      return [md`${about(execution)} took the symptom away. What keeps the cause from coming back?`]
    }
    return []
  })
}

function afterDiagnosis({ incident, diagnoses, impact }: Timeline): readonly Markdown[] {
  const questions: Markdown[] = []
  const last = diagnoses.at(-1)
  if (last !== undefined && last.hypotheses.length === 0)
    questions.push(md`What was the cause? No analyzer could explain it.`)
  if (last?.hypotheses[0]?.confidence === 'low') questions.push(md`Is the cause right? The evidence for it is thin.`)
  if (incident.reason === 'self-resolved')
    questions.push(md`What made it go away? Its alerts cleared before anything was done.`)
  if (incident.relapses > 0) questions.push(md`Why did it come back ${count(incident.relapses, 'time')}?`)
  const unplaced = impact.symptoms.filter((symptom) => symptom.resource === undefined)
  if (unplaced.length > 0) {
    questions.push(
      md`Which objects are ${count(unplaced.length, 'kind')} of alert about? They name none; add labels or a mapping.`,
    )
  }
  return questions
}

function afterPeople({ incident, plans }: Timeline): readonly Markdown[] {
  const questions: Markdown[] = []
  const approvals = plans.flatMap((plan) => plan.approvals)
  if (approvals.some((approval) => approval.state === 'expired'))
    questions.push(md`Who should have answered the approval that expired?`)
  if (approvals.some((approval) => approval.state === 'rejected'))
    questions.push(md`The plan was rejected. What should be done instead?`)
  if (incident.phase === 'suggested')
    questions.push(md`Should what was suggested be carried out? Autonomy is suggest here.`)
  if (incident.phase === 'escalated' || incident.phase === 'handed-over')
    questions.push(md`Who is working on it? It waits for a person.`)
  return questions
}

function afterNotices({ events }: Timeline): readonly Markdown[] {
  const failed = new Set(events.flatMap((event) => (event.type === 'notice-failed' ? [event.data.notifier] : [])))
  return [...failed].map((notifier) => md`Why did ${code(notifier)} not take every notice?`)
}
