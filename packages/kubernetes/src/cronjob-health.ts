import type { CallContext, Check, CheckInput, CheckResult } from '@mendkit/core'
import { readTarget } from './guard.ts'
import { jobsOf } from './jobs-of.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { isReadable, type Scope } from './options.ts'
import { parseJob } from './parse-job.ts'
import { isSuspended } from './suspend-cronjob.ts'
import { CRON_JOB } from './target.ts'

/**
 * Judges a CronJob by the newest Job that it made, once that has ended, and since the effect where there is one. One that is
 * suspended, and of whose Jobs none runs, is well as a workload of no replicas is.
 */
export function cronJobHealth(scope: Scope): Check {
  return {
    spec: 1,
    id: `kubernetes.cronjob-health:${scope.cluster}`,
    kind: 'health',
    applies: ({ target }) =>
      target.kind === CRON_JOB.kind && target.cluster === scope.cluster && isReadable(scope, target.namespace),
    check: (input, context) => check(scope, input, context),
  }
}

async function check(scope: Scope, { target, since }: CheckInput, context: CallContext): Promise<CheckResult> {
  const object = await readTarget(scope, target, context)
  const isOther = target.uid !== undefined && object?.metadata.uid !== target.uid
  if (object === undefined || isOther) return { verdict: 'bad', because: `CronJob ${target.name} is gone` }
  const jobs = await jobsOf(scope, object, context)
  if (jobs === 'unreadable') return unknown(`the Jobs of CronJob ${target.name} could not be read`)
  const running = jobs.filter((job) => parseJob(job).ended === undefined)
  if (!isSuspended(object)) return judge(target.name, jobs[0], since)
  return running.length === 0
    ? { verdict: 'good', because: `CronJob ${target.name} is suspended, and none of its Jobs runs` }
    : unknown(`CronJob ${target.name} is suspended, and ${running.length} of its Jobs still run`)
}

function judge(cronJob: string, newest: KubernetesObject | undefined, since: number | undefined): CheckResult {
  if (newest === undefined) return unknown(`CronJob ${cronJob} has made no Job, or none that is still there`)
  const { ended, endedAt, because, active, failed } = parseJob(newest)
  const subject = `Job ${newest.metadata.name}, the newest of CronJob ${cronJob},`
  if (ended === undefined) return unknown(`${subject} has not ended: ${active} pods are active, ${failed} failed`)
  if (since !== undefined && !(Date.parse(endedAt ?? '') >= since)) return unknown(`${subject} ended before the effect`)
  return ended === 'complete'
    ? { verdict: 'good', because: `${subject} has completed` }
    : { verdict: 'bad', because: `${subject} has failed (${because ?? 'no reason'})` }
}

function unknown(because: string): CheckResult {
  return { verdict: 'unknown', because }
}
