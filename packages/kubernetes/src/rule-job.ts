import { describeResource, type Rule, type RuleFinding, type RuleView } from '@mendkit/core'
import { type Subject, seen, subjectsWith } from './rule-picture.ts'

/** The alert of the kubernetes-mixin about a Job that has run for half a day. */
const NOT_COMPLETED = 'KubeJobNotCompleted'

/** A Job that failed, or that an alert says takes too long, is for a person: what its pods did so far stays done. */
export const failingJob: Rule = {
  id: 'kubernetes.failing-job',
  description: 'A Job that failed, or does not come to an end.',
  match(view) {
    const jobs = subjectsWith(view.facts, 'job.state')
    const failed = jobs.find(({ fact }) => fact('job.state')?.value === 'failed')
    if (failed !== undefined) return handedOver(view, failed, 'job-failed')
    const alerted = view.symptoms.some(({ alertname }) => alertname === NOT_COMPLETED)
    const unfinished = jobs.find(({ fact }) => fact('job.state')?.value === 'unfinished')
    return alerted && unfinished !== undefined ? handedOver(view, unfinished, 'job-not-completed') : undefined
  },
}

function handedOver({ facts }: RuleView, { resource, facts: own, fact }: Subject, cause: string): RuleFinding {
  const state = fact('job.state')
  const ends = facts.filter(
    ({ name, citation }) => name.endsWith('.ended-by') && citation.evidenceId === state?.citation.evidenceId,
  )
  const reason = fact('job.failure-reason')
  const words = [...new Set(ends.map(({ value }) => value))].join(', ')
  const what = cause === 'job-failed' ? `failed (${reason?.value ?? 'no reason'})` : 'has not come to an end'
  return {
    seen: seen(
      state,
      reason,
      fact('job.failed-pods'),
      fact('job.backoff-limit'),
      ...ends,
      ...own.filter(({ kind }) => kind === 'event'),
    ),
    cause,
    summary: `${describeResource(resource)} ${what}${words === '' ? '' : `; its containers ended by ${words}`}.`,
    rootCause: resource,
    handOver: true,
  }
}
