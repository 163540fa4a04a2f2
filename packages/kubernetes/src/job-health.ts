import type { CallContext, Check, CheckResult, Resource } from '@mendkit/core'
import { readTarget } from './guard.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { isReadable, type Scope } from './options.ts'
import { parseJob } from './parse-job.ts'
import { rerunName } from './rerun-manifest.ts'
import { JOB } from './target.ts'

/**
 * Says whether what a Job was to do is done: by the Job that it was run again as, where there is one, else by itself. A Job
 * that still runs tells nothing yet, and one that is gone fails no more.
 */
export function jobHealth(scope: Scope): Check {
  return {
    spec: 1,
    id: `kubernetes.job-health:${scope.cluster}`,
    kind: 'health',
    applies: ({ target }) =>
      target.kind === JOB.kind && target.cluster === scope.cluster && isReadable(scope, target.namespace),
    check: ({ target }, context) => judge(scope, target, context),
  }
}

async function judge(scope: Scope, target: Resource, context: CallContext): Promise<CheckResult> {
  const { uid, name } = target
  const again = uid && (await readTarget(scope, { ...target, name: rerunName({ name, uid }) }, context))
  if (again) return verdictOn(again)
  const object = await readTarget(scope, target, context)
  const isOther = uid !== undefined && object?.metadata.uid !== uid
  return object === undefined || isOther ? { verdict: 'good', because: `Job ${name} is gone` } : verdictOn(object)
}

function verdictOn(object: KubernetesObject): CheckResult {
  const { ended, because, active } = parseJob(object)
  const subject = `Job ${object.metadata.name}`
  if (ended === 'complete') return { verdict: 'good', because: `${subject} has completed` }
  if (ended === 'failed') return { verdict: 'bad', because: `${subject} has failed (${because ?? 'no reason'})` }
  return { verdict: 'unknown', because: `${subject} has not ended yet: ${active} of its pods are active` }
}
