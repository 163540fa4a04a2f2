import { type CallContext, MendkitError, type Reading } from '@mendkit/core'
import { z } from 'zod'
import { resourceOf } from './cluster-reader.ts'
import { eventFacts } from './evidence-events.ts'
import { readCrashLogs } from './evidence-logs.ts'
import { podFacts } from './evidence-pods.ts'
import type { Question } from './evidence-tool.ts'
import { factsAbout } from './facts.ts'
import { jobsOf } from './jobs-of.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { isReadable, type Scope } from './options.ts'
import { parseEvent } from './parse-event.ts'
import { parseJob } from './parse-job.ts'
import { parsePod } from './parse-pod.ts'
import { isSuspended } from './suspend-cronjob.ts'
import { CRON_JOB, JOB, POD } from './target.ts'

/** Jobs of one CronJob that are told of: its newest, and the newest of those that failed. */
const MAX_JOBS = 3
const MAX_PODS = 20
const MAX_EVENTS = 2000

const jobSchema = z.strictObject({
  kind: z.enum(['Job', 'CronJob']),
  namespace: z.string().min(1).max(63),
  name: z.string().min(1).max(253),
})

/** What is asked of a Job, or of a CronJob about the Jobs that it made. */
export const jobQuestion: Question<z.output<typeof jobSchema>> = {
  name: 'kubernetes.job',
  description: 'How a Job ended, or the Jobs of a CronJob, with what its pods ended by and wrote last.',
  input: jobSchema,
  read: readJobs,
}

async function readJobs(
  scope: Scope,
  { kind, namespace, name }: z.output<typeof jobSchema>,
  context: CallContext,
): Promise<Reading> {
  if (!isReadable(scope, namespace)) {
    throw new MendkitError('rejected', `${namespace} is not among the namespaces of kubernetes()`)
  }
  const { apiVersion } = JOB
  const object = await scope.read.get({ apiVersion, kind, namespace, name }, context)
  const resource = resourceOf(scope, object)
  const list = factsAbout(resource)
  if (kind === CRON_JOB.kind) list.is('cronjob.suspended', 'spec', isSuspended(object))
  const jobs = kind === CRON_JOB.kind ? await jobsOf(scope, object, context) : [object]
  if (jobs === 'unreadable') return { facts: list.facts, resource, warnings: ['its Jobs could not be read'] }
  const told = jobs.filter((job, index) => index === 0 || parseJob(job).ended === 'failed').slice(0, MAX_JOBS)
  const readings = await Promise.all(told.map((job) => readJob(scope, job, context)))
  return {
    facts: [...list.facts, ...readings.flatMap(({ facts }) => facts)],
    resource,
    text: readings.map(({ text }) => text).join('\n'),
    warnings: readings.flatMap(({ warnings = [] }) => warnings),
  }
}

async function readJob(scope: Scope, object: KubernetesObject, context: CallContext): Promise<Reading> {
  const { ended, endedAt, because, active, failed, startedAt, backoffLimit, podSelector } = parseJob(object)
  const { namespace, name, uid } = object.metadata
  const list = factsAbout(resourceOf(scope, object))
  list.is('job.state', 'status', ended ?? 'unfinished', endedAt)
  list.is('job.failure-reason', 'status', because, endedAt)
  list.is('job.started-at', 'status', startedAt)
  list.is('job.backoff-limit', 'spec', backoffLimit)
  list.atLeast('job.failed-pods', 'status', failed)
  const found = await scope.read.list({ ...POD, namespace, labelSelector: podSelector }, context)
  const pods = found.items.map(parsePod).filter(({ controller }) => controller?.uid === uid)
  const events = await scope.read.list({ apiVersion: 'v1', kind: 'Event', namespace, atMost: MAX_EVENTS }, context)
  const uids = [uid, ...pods.map((pod) => pod.object.metadata.uid)]
  const about = events.items.flatMap((item) => parseEvent(item) ?? []).filter((each) => uids.includes(each.about.uid))
  const words = eventFacts(list, about)
  const shown = podFacts(scope, pods.slice(0, MAX_PODS))
  const logs = await readCrashLogs(scope, pods, context)
  return {
    facts: [...list.facts, ...shown.facts],
    text: [
      `Job ${name}: ${ended ?? 'unfinished'}, ${active} pods active`,
      ...shown.lines,
      ...words,
      ...logs.texts,
    ].join('\n'),
    warnings: [
      ...(found.truncated || pods.length > MAX_PODS
        ? [`only some of the pods of Job ${name} are told one by one`]
        : []),
      ...(events.truncated ? [`the namespace has more than ${MAX_EVENTS} events; some were not read`] : []),
      ...logs.warnings,
    ],
  }
}
