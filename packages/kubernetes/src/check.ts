import { type CallContext, type Check, type CheckResult, MendkitError, type Resource } from '@mendkit/core'
import { parseAutoscaler } from './autoscaler.ts'
import { isWorkloadKind, readWorkload } from './cluster-reader.ts'
import { readTarget } from './guard.ts'
import { isReadable, type Scope } from './options.ts'
import { AUTOSCALER } from './target.ts'

/** Says whether a workload has all the pods that it wants, of its newest revision, ready; measures how many are ready. */
export function workloadHealth(scope: Scope): Check {
  return {
    spec: 1,
    id: `kubernetes.workload-health:${scope.cluster}`,
    kind: 'health',
    applies: ({ target, incident }) => subjectOf(scope, target, incident.resource) !== undefined,
    async check({ target, incident }, context) {
      const subject = subjectOf(scope, target, incident.resource)
      const workload = subject?.kind === AUTOSCALER.kind ? await scaledBy(scope, subject, context) : subject
      if (workload?.namespace === undefined) return unknown('the target is no workload of this cluster')
      return judge(scope, workload, workload.namespace, context)
    },
  }
}

/** A pod comes and goes with its workload, so the health of the workload is what counts. */
function subjectOf(scope: Scope, target: Resource, incident: Resource | undefined): Resource | undefined {
  const subject = target.kind === 'Pod' ? incident : target
  const known = subject !== undefined && (isWorkloadKind(subject.kind) || subject.kind === AUTOSCALER.kind)
  if (!known || subject.cluster !== scope.cluster) return undefined
  return isReadable(scope, subject.namespace) ? subject : undefined
}

/** An autoscaler is as healthy as what it scales. */
async function scaledBy(scope: Scope, autoscaler: Resource, context: CallContext): Promise<Resource | undefined> {
  const object = await readTarget(scope, autoscaler, context)
  if (object === undefined) return undefined
  const { scales } = parseAutoscaler(object)
  return isWorkloadKind(scales.kind) ? { ...autoscaler, ...scales } : undefined
}

async function judge(scope: Scope, subject: Resource, namespace: string, context: CallContext): Promise<CheckResult> {
  const { kind, name } = subject
  try {
    const { workload, pods } = await readWorkload(scope, { kind, namespace, name }, context)
    const { desired, total, updated, available } = workload.counts
    const ready = pods.filter((pod) => pod.state === 'ready').length
    const failing = pods.filter(({ state }) => state === 'crash-looping' || state === 'image-pull-failing').length
    const measure = { name: 'ready-pods', value: ready, better: 'higher' as const }
    const because = `${ready} of ${desired} pods are ready, ${updated} of the newest revision, ${total} in all, ${failing} failing`
    if (!workload.observed) return unknown(`the status of ${kind} ${namespace}/${name} is of an earlier spec`)
    // A paused rollout is to stay where it is, with pods of two revisions.
    const rolledOut = workload.paused || (total === desired && (kind === 'ReplicaSet' || updated === desired))
    const good = rolledOut && available >= desired && ready >= desired && failing === 0
    return { verdict: good ? 'good' : 'bad', because: workload.paused ? `${because}; paused` : because, measure }
  } catch (error) {
    if (MendkitError.is(error, 'not-found')) return { verdict: 'bad', because: `${kind} ${namespace}/${name} is gone` }
    throw error
  }
}

function unknown(because: string): CheckResult {
  return { verdict: 'unknown', because }
}
