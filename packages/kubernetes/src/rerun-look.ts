import type { CallContext } from '@mendkit/core'
import { canonicalText } from './canonical-text.ts'
import { readTarget } from './guard.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { ownerRefusal } from './managed-by.ts'
import type { Scope } from './options.ts'
import { parseCronJob } from './parse-cronjob.ts'
import { parseJob } from './parse-job.ts'
import { type Rerun, rerunTemplate } from './rerun-manifest.ts'
import { CRON_JOB, JOB } from './target.ts'
import { type Controller, controllersOf } from './topology.ts'

/** What is to be known of a Job before it is run again. */
export interface RerunLook {
  readonly controllers: readonly Controller[]
  /** The Job that it was run again as already. */
  readonly again: KubernetesObject | undefined
  readonly refused: string | undefined
  /** What people should know beside the difference. */
  readonly notes: readonly string[]
}

/** Reads what a Job belongs to, and whether it was run again already. */
export async function lookAtRerun(
  scope: Scope,
  object: KubernetesObject,
  rerun: Rerun,
  context: CallContext,
): Promise<RerunLook> {
  const { name, namespace } = rerun.manifest.metadata
  const controllers = await controllersOf(scope, object, context)
  const cronJob = controllers.find(({ resource }) => resource.kind === CRON_JOB.kind)
  const place = namespace === undefined ? {} : { namespace }
  const again = await readTarget(scope, { cluster: scope.cluster, ...JOB, ...place, name }, context)
  const taken = again && `it was run again already, as Job ${name}`
  return {
    controllers,
    again,
    refused: refusalOf(scope, object, rerun) ?? (cronJob && scheduleRefusal(cronJob)) ?? taken,
    notes: cronJob?.object === undefined ? [] : scheduleNotes(object, cronJob.object),
  }
}

function refusalOf({ maxReplicas }: Scope, object: KubernetesObject, { pods, sharesPods }: Rerun): string | undefined {
  if (object.metadata.deletionTimestamp !== undefined) return 'the Job is on its way out already'
  const { ended, active } = parseJob(object)
  if (ended === undefined) return `the Job has neither completed nor failed (${active} pods are active)`
  if (ended === 'complete') return 'the Job has completed; only one that failed is run again'
  const owned = ownerRefusal(object)
  if (owned !== undefined) return owned
  if (sharesPods) return 'its selector was chosen by hand, so that another Job would take its pods for its own'
  return pods > maxReplicas ? `it would run ${pods} pods at once, and maxReplicas is ${maxReplicas}` : undefined
}

/** A Job whose CronJob is gone is cleared away, and so would be the new one. */
function scheduleRefusal({ resource, object, unreadable }: Controller): string | undefined {
  if (object === undefined) return unreadable ? undefined : `its CronJob ${resource.name} is gone`
  const { concurrent, active } = parseCronJob(object)
  if (concurrent || active.length === 0) return undefined
  return `CronJob ${resource.name} lets no two Jobs run at once, and ${active.join(', ')} runs`
}

function scheduleNotes(job: KubernetesObject, cronJob: KubernetesObject): readonly string[] {
  const { name } = cronJob.metadata
  const { suspended, succeededAt, template } = parseCronJob(cronJob)
  const { template: own } = job['spec'] as { readonly template?: unknown }
  const changed = canonicalText(rerunTemplate(template)) !== canonicalText(rerunTemplate(own))
  const made = Date.parse(job.metadata.creationTimestamp ?? '')
  return [
    ...(changed ? [`CronJob ${name} has another template by now; this runs the one of then`] : []),
    ...(succeededAt !== undefined && succeededAt > made ? [`a Job of CronJob ${name} has completed since`] : []),
    ...(suspended ? [`CronJob ${name} is suspended`] : []),
  ]
}
