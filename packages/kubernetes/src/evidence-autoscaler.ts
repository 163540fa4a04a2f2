import { type CallContext, describeResource, MendkitError, type Reading, type Resource } from '@mendkit/core'
import { z } from 'zod'
import { type Autoscaler, parseAutoscaler } from './autoscaler.ts'
import { isWorkloadKind, resourceOf } from './cluster-reader.ts'
import type { Question } from './evidence-tool.ts'
import { factsAbout } from './facts.ts'
import { readTarget } from './guard.ts'
import { isReadable, type Scope } from './options.ts'
import { parseWorkload } from './parse-workload.ts'
import { replicaRoom } from './replica-room.ts'
import { AUTOSCALER } from './target.ts'

const autoscalerSchema = z.strictObject({ namespace: z.string().min(1).max(63), name: z.string().min(1).max(253) })

/** What is asked of an autoscaler. */
export const autoscalerQuestion: Question<z.output<typeof autoscalerSchema>> = {
  name: 'kubernetes.autoscaler',
  description: 'Bounds of an autoscaler, what keeps it from scaling, and how much further quotas would let it.',
  input: autoscalerSchema,
  read: readAutoscaler,
}

async function readAutoscaler(
  scope: Scope,
  { namespace, name }: z.output<typeof autoscalerSchema>,
  context: CallContext,
): Promise<Reading> {
  if (!isReadable(scope, namespace)) {
    throw new MendkitError('rejected', `${namespace} is not among the namespaces of kubernetes()`)
  }
  const autoscaler = parseAutoscaler(await scope.read.get({ ...AUTOSCALER, namespace, name }, context))
  const { object, minReplicas, maxReplicas, currentReplicas, limitedBy, scales } = autoscaler
  const resource = resourceOf(scope, object)
  const workload: Resource = { cluster: scope.cluster, namespace, ...pick(scales) }
  const list = factsAbout(resource)
  list.is('autoscaler.min-replicas', 'spec', minReplicas)
  list.is('autoscaler.max-replicas', 'spec', maxReplicas)
  list.is('autoscaler.scales', 'spec', describeResource(workload))
  list.is('autoscaler.limited-by', 'status', limitedBy)
  if (currentReplicas !== undefined) list.is('autoscaler.at-maximum', 'status', currentReplicas >= maxReplicas)
  const found = isWorkloadKind(scales.kind) ? await readTarget(scope, workload, context) : undefined
  if (found === undefined) {
    return { facts: list.facts, resource, warnings: [`${describeResource(workload)} could not be read`] }
  }
  const { counts, template } = parseWorkload(found)
  list.is('autoscaler.replicas-all-ready', 'status', counts.desired > 0 && counts.ready >= counts.desired)
  const room = await replicaRoom(scope, namespace, template.spec, context)
  const step = Math.min(stepOf(autoscaler), Math.max(0, scope.maxReplicas - maxReplicas))
  if (room !== 'unknown') list.atLeast('autoscaler.room', 'status', Math.min(step, room))
  const warnings = room === 'unknown' ? [`nobody can say what the ResourceQuotas of ${namespace} have left`] : []
  return { facts: list.facts, resource, warnings }
}

/** How many more replicas are asked for at a time: half as many again, so that a wrong guess stays a small one. */
function stepOf({ maxReplicas }: Autoscaler): number {
  return Math.ceil(maxReplicas / 2)
}

function pick({ apiVersion, kind, name }: Autoscaler['scales']) {
  return { apiVersion, kind, name }
}
