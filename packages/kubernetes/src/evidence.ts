import { type EvidenceRequest, type EvidenceSource, type Resource, resourceKey } from '@mendkit/core'
import { z } from 'zod'
import { isWorkloadKind, type Subject } from './cluster-reader.ts'
import { autoscalerQuestion } from './evidence-autoscaler.ts'
import { budgetQuestion } from './evidence-budget.ts'
import { claimQuestion } from './evidence-claims.ts'
import { readEvents } from './evidence-events.ts'
import { jobQuestion } from './evidence-job.ts'
import { readPreviousLogs } from './evidence-logs.ts'
import { nodeQuestion } from './evidence-node.ts'
import { readOwners } from './evidence-owners.ts'
import { readPods } from './evidence-pods.ts'
import { readRollouts } from './evidence-rollouts.ts'
import { serviceQuestion } from './evidence-service.ts'
import { evidenceTool, type Question } from './evidence-tool.ts'
import { readTopology } from './evidence-topology.ts'
import { readWorkloadState } from './evidence-workload.ts'
import { isReadable, type Scope } from './options.ts'
import { AUTOSCALER, CRON_JOB, JOB, NODE } from './target.ts'

/** Objects of one incident about which evidence is gathered up front. */
const MAX_RESOURCES = 5

const subjectSchema = z.strictObject({
  kind: z.enum(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Pod', 'HorizontalPodAutoscaler']),
  namespace: z.string().min(1).max(63),
  name: z.string().min(1).max(253),
})

const questions: readonly Question<Subject>[] = [
  ask('workload', 'Replica counts, conditions and managers of a workload.', readWorkloadState),
  ask('rollouts', 'Revisions of a workload, the newest first, and whose rollout the last one was.', readRollouts),
  ask('pods', 'States of the pods and containers of a workload, or of one pod.', readPods),
  ask('events', 'Kubernetes Events about a workload, its ReplicaSets and its pods, or another object.', readEvents),
  ask('previous-logs', 'The last lines that crashed containers of a workload wrote.', readPreviousLogs),
  ask('owners', 'Who controls an object, up to the topmost controller.', readOwners),
  ask(
    'topology',
    'Which objects belong together around one: its workload, ReplicaSets, pods and the nodes on which they run, and how they are.',
    readTopology,
  ),
]

function ask(name: string, description: string, read: Question<Subject>['read']): Question<Subject> {
  return { name: `kubernetes.${name}`, description, input: subjectSchema, read }
}

/** Reads workloads, pods, events, logs, revisions, autoscalers, Jobs, Services, claims, budgets and nodes of one cluster. Never writes. */
export function kubernetesEvidence(scope: Scope): EvidenceSource {
  return {
    spec: 1,
    id: `kubernetes:${scope.cluster}`,
    tools: [
      ...questions.map((question) => evidenceTool(scope, question)),
      evidenceTool(scope, autoscalerQuestion),
      evidenceTool(scope, jobQuestion),
      evidenceTool(scope, serviceQuestion),
      evidenceTool(scope, claimQuestion),
      evidenceTool(scope, budgetQuestion),
      ...(scope.nodes ? [evidenceTool(scope, nodeQuestion)] : []),
    ],
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

/** Kinds about which one tool tells all. */
const byKind: Readonly<Record<string, string>> = {
  Service: serviceQuestion.name,
  PersistentVolumeClaim: claimQuestion.name,
  PodDisruptionBudget: budgetQuestion.name,
}

/** What to ask about one object: one list per object, so that a bound on objects does not tear one apart. */
function requestsFor(scope: Scope, resource: Resource): readonly (readonly EvidenceRequest[])[] | undefined {
  const { cluster, kind, namespace, name } = resource
  if (cluster !== scope.cluster) return undefined
  if (kind === NODE.kind && scope.nodes) return [[{ tool: nodeQuestion.name, input: { name } }]]
  if (namespace === undefined || !isReadable(scope, namespace)) return undefined
  const input = { kind, namespace, name }
  const about = (...names: readonly string[]) => names.map((tool) => ({ tool: `kubernetes.${tool}`, input }))
  if (kind === JOB.kind || kind === CRON_JOB.kind) return [[{ tool: jobQuestion.name, input }]]
  if (kind === AUTOSCALER.kind)
    return [[{ tool: autoscalerQuestion.name, input: { namespace, name } }, ...about('events')]]
  const named = byKind[kind]
  if (named !== undefined) return [[{ tool: named, input: { namespace, name } }]]
  if (kind === 'Pod') return [about('pods', 'events', 'previous-logs', 'owners', 'topology')]
  if (kind === 'Deployment') return [about('workload', 'rollouts', 'pods', 'events', 'previous-logs', 'topology')]
  if (kind === 'StatefulSet' || kind === 'DaemonSet') {
    return [about('workload', 'rollouts', 'pods', 'events', 'previous-logs', 'owners', 'topology')]
  }
  return isWorkloadKind(kind) ? [about('workload', 'pods', 'events', 'previous-logs', 'owners', 'topology')] : undefined
}
