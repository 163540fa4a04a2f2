import { type CallContext, type Check, type CheckResult, MendkitError, type Resource } from '@mendkit/core'
import { isWorkloadKind, readWorkload } from './cluster-reader.ts'
import { isReadable, type Scope } from './options.ts'

/** Says whether a workload has all the pods that it wants, of its newest revision, ready; measures how many are ready. */
export function workloadHealth(scope: Scope): Check {
  return {
    spec: 1,
    id: `kubernetes.workload-health:${scope.cluster}`,
    kind: 'health',
    applies: ({ target, incident }) => subjectOf(scope, target, incident.resource) !== undefined,
    check({ target, incident }, context) {
      const subject = subjectOf(scope, target, incident.resource)
      if (subject?.namespace === undefined) return Promise.resolve(unknown('the target is no workload of this cluster'))
      return judge(scope, subject, subject.namespace, context)
    },
  }
}

/** A pod comes and goes with its workload, so the health of the workload is what counts. */
function subjectOf(scope: Scope, target: Resource, incident: Resource | undefined): Resource | undefined {
  const subject = target.kind === 'Pod' ? incident : target
  if (subject?.cluster !== scope.cluster || !isWorkloadKind(subject.kind)) return undefined
  return isReadable(scope, subject.namespace) ? subject : undefined
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
    const rolledOut = kind === 'ReplicaSet' || updated === desired
    const good = rolledOut && available >= desired && ready >= desired && total === desired && failing === 0
    return { verdict: good ? 'good' : 'bad', because, measure }
  } catch (error) {
    if (MendkitError.is(error, 'not-found')) return { verdict: 'bad', because: `${kind} ${namespace}/${name} is gone` }
    throw error
  }
}

function unknown(because: string): CheckResult {
  return { verdict: 'unknown', because }
}
