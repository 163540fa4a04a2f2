import {
  type CallContext,
  type EvidenceRequest,
  type EvidenceSource,
  type EvidenceTool,
  MendkitError,
  type Reading,
  type Resource,
  resourceKey,
} from '@mendkit/core'
import { z } from 'zod'
import { isWorkloadKind, type Subject } from './cluster-reader.ts'
import { readEvents } from './evidence-events.ts'
import { readPreviousLogs } from './evidence-logs.ts'
import { readOwners } from './evidence-owners.ts'
import { readPods } from './evidence-pods.ts'
import { readRollouts } from './evidence-rollouts.ts'
import { readWorkloadState } from './evidence-workload.ts'
import { isReadable, type Scope } from './options.ts'

/** Objects of one incident about which evidence is gathered up front. */
const MAX_RESOURCES = 5

const subjectSchema = z.strictObject({
  kind: z.enum(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Pod']),
  namespace: z.string().min(1).max(63),
  name: z.string().min(1).max(253),
})

type Read = (scope: Scope, subject: Subject, context: CallContext) => Promise<Reading>

const tools: readonly (readonly [name: string, description: string, read: Read])[] = [
  ['kubernetes.workload', 'Replica counts, conditions and managers of a workload.', readWorkloadState],
  [
    'kubernetes.rollouts',
    'Revisions of a workload, the newest first, and whose rollout the last one was.',
    readRollouts,
  ],
  ['kubernetes.pods', 'States of the pods and containers of a workload, or of one pod.', readPods],
  ['kubernetes.events', 'Kubernetes Events about a workload, its ReplicaSets and its pods.', readEvents],
  ['kubernetes.previous-logs', 'The last lines that crashed containers of a workload wrote.', readPreviousLogs],
  ['kubernetes.owners', 'Who controls an object, up to the topmost controller.', readOwners],
]

/** Reads workloads, pods, events, logs and revisions of one cluster. Never writes. */
export function kubernetesEvidence(scope: Scope): EvidenceSource {
  return {
    spec: 1,
    id: `kubernetes:${scope.cluster}`,
    tools: tools.map(([name, description, read]) => toolOf(scope, name, description, read)),
    async gather(incident, symptoms) {
      const resources = [incident.resource, ...symptoms.map((symptom) => symptom.resource)].flatMap(
        (each) => each ?? [],
      )
      const distinct = [...new Map(resources.map((resource) => [resourceKey(resource), resource])).values()]
      return distinct
        .flatMap((resource) => requestsFor(scope, resource) ?? [])
        .slice(0, MAX_RESOURCES)
        .flat()
    },
  }
}

function toolOf(scope: Scope, name: string, description: string, read: Read): EvidenceTool {
  return {
    name,
    description,
    input: subjectSchema,
    async read(input, context) {
      const parsed = subjectSchema.safeParse(input)
      if (parsed.success) return read(scope, parsed.data, context)
      const issue = parsed.error.issues[0]
      const path = ['input', ...(issue?.path ?? [])].join('.')
      throw new MendkitError('invalid', `${name}: ${path}: ${issue?.message}`, { path })
    },
  }
}

/** What to ask about one object: one list per object, so that a bound on objects does not tear one apart. */
function requestsFor(scope: Scope, resource: Resource): readonly (readonly EvidenceRequest[])[] | undefined {
  const { cluster, kind, namespace, name } = resource
  if (cluster !== scope.cluster || namespace === undefined || !isReadable(scope, namespace)) return undefined
  const input = { kind, namespace, name }
  const ask = (...names: readonly string[]) => names.map((tool) => ({ tool: `kubernetes.${tool}`, input }))
  if (kind === 'Pod') return [ask('pods', 'events', 'previous-logs', 'owners')]
  if (kind === 'Deployment') return [ask('workload', 'rollouts', 'pods', 'events', 'previous-logs')]
  if (kind === 'StatefulSet' || kind === 'DaemonSet') {
    return [ask('workload', 'rollouts', 'pods', 'events', 'previous-logs', 'owners')]
  }
  return isWorkloadKind(kind) ? [ask('workload', 'pods', 'events', 'previous-logs', 'owners')] : undefined
}
