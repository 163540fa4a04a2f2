import { describeResource, type Rule } from '@mendkit/core'
import { seen, subjectsWith } from './rule-picture.ts'

/** A CronJob that an alert is about and that makes no Jobs, because somebody suspended it. Not one whose Jobs failed. */
export const suspendedCronJob: Rule = {
  id: 'kubernetes.cronjob-suspended',
  description: 'A CronJob that is suspended, and about which there is an alert.',
  match({ facts }) {
    const failed = facts.some(({ name, value }) => name === 'job.state' && value === 'failed')
    const suspended = subjectsWith(facts, 'cronjob.suspended').find(
      ({ fact }) => fact('cronjob.suspended')?.value === true,
    )
    if (failed || suspended === undefined) return undefined
    return {
      seen: seen(suspended.fact('cronjob.suspended')),
      cause: 'cronjob-suspended',
      summary: `${describeResource(suspended.resource)} is suspended, so it makes no Jobs.`,
      rootCause: suspended.resource,
    }
  },
}
