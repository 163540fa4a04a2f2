import { type CallContext, MendkitError, type Reading } from '@mendkit/core'
import { z } from 'zod'
import { resourceOf } from './cluster-reader.ts'
import { eventFacts } from './evidence-events.ts'
import type { Question } from './evidence-tool.ts'
import { factsAbout } from './facts.ts'
import { kebab } from './kebab.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { listAll } from './list-all.ts'
import type { Scope } from './options.ts'
import { parseEvent } from './parse-event.ts'
import { type NodeCondition, parseNode } from './parse-node.ts'
import { NODE, NODE_EVENT } from './target.ts'

const nodeSchema = z.strictObject({ name: z.string().min(1).max(253) })

/** What is asked of a node. */
export const nodeQuestion: Question<z.output<typeof nodeSchema>> = {
  name: 'kubernetes.node',
  description: 'Whether a node is ready, under pressure, cordoned, and what Kubernetes recorded about it.',
  input: nodeSchema,
  read: readNode,
}

async function readNode(scope: Scope, { name }: { readonly name: string }, context: CallContext): Promise<Reading> {
  if (!scope.nodes)
    throw new MendkitError('rejected', 'nodes are read only with the option nodes: true of kubernetes()')
  const object = await scope.read.get({ ...NODE, name }, context)
  const { readiness, pressures, cordoned, taints, conditions } = parseNode(object)
  const resource = resourceOf(scope, object)
  const list = factsAbout(resource)
  list.is('node.ready', 'status', readiness?.status, readiness?.lastTransitionTime ?? undefined)
  if (readiness?.status !== 'True') list.is('node.ready-reason', 'status', readiness?.reason)
  for (const pressure of pressures) list.is(`node.${kebab(pressure)}`, 'status', true)
  list.is('node.cordoned', 'spec', cordoned)
  // Another component than the kubelet puts them there: two that agree are two observations.
  for (const taint of taints) list.is(`node.tainted-${taint}`, 'spec', true)
  const events = await eventsOf(scope, object, context)
  const told = events === 'unreadable' ? [] : eventFacts(list, events)
  return {
    facts: list.facts,
    resource,
    text: [...conditions.map(describe), ...told].join('\n'),
    warnings:
      events === 'unreadable' ? [`Events in ${NODE_EVENT.namespace}, where those of nodes are, could not be read`] : [],
  }
}

async function eventsOf(scope: Scope, { metadata }: KubernetesObject, context: CallContext) {
  // A kubelet names its node by the name where others give the UID, so the name counts.
  const fieldSelector = `involvedObject.kind=${NODE.kind},involvedObject.name=${metadata.name}`
  const all = await listAll(scope.read, { ...NODE_EVENT, fieldSelector }, context)
  return all === 'unreadable' ? all : all.flatMap((item) => parseEvent(item) ?? [])
}

function describe({ type, status, reason, message, lastTransitionTime }: NodeCondition): string {
  return `${type} ${status} since ${lastTransitionTime ?? '?'}, ${reason ?? 'no reason'}: ${message ?? ''}`
}
