import type {
  Evidence,
  Fact,
  Investigation,
  JsonObject,
  ModelRequest,
  Reading,
  Resource,
  ToolEntry,
} from '@mendkit/core'
import { redact } from '@mendkit/core'
import { type InvestigationGiven, investigationOf } from '@mendkit/testkit'

/** An object of the shop. */
export function object(kind: string, name: string, namespace = 'shop'): Resource {
  return { cluster: 'c', apiVersion: 'apps/v1', kind, namespace, name, uid: `uid-${name}` }
}

export const web: Resource = object('Deployment', 'web')
export const pod: Resource = object('Pod', 'web-1')
export const other: Resource = object('Deployment', 'worker')

/** A reading that was made up front. */
export function reading(id: string, tool: string, resource: Resource | undefined, facts: readonly Fact[]): Evidence {
  const input: JsonObject = resource === undefined ? { of: id } : { kind: resource.kind, name: resource.name }
  return {
    tenant: 't',
    id,
    incidentId: 'inc_1',
    tool,
    input,
    collectedAt: 60_000,
    facts,
    warnings: 0,
    revision: 0,
    ...(resource && { resource }),
  }
}

/** A crash loop that began with a rollout, read in three readings: `e1` events, `e2` pods, `e3` another workload. */
export const crashing: readonly Evidence[] = [
  reading('evi_a', 'k.events', web, [
    { name: 'event.restart-back-off', kind: 'event', value: 7, resource: web, observedAt: '1970-01-01T00:00:30.000Z' },
  ]),
  reading('evi_b', 'k.pods', web, [
    { name: 'pod.state', kind: 'status', value: 'crash-looping', resource: pod },
    { name: 'rollout.previous', kind: 'spec', value: 'rs-1', resource: web },
    { name: 'container.app.restarts', kind: 'status', value: 7, resource: pod },
  ]),
  reading('evi_c', 'k.pods', other, [
    { name: 'pods.ready', kind: 'status', value: 2, resource: other },
    { name: 'logs.of-crashed-containers', kind: 'log', value: 1, resource: other },
  ]),
]

/** Actions of the shop: one that does harm, and one that hardly does. */
const catalogue: NonNullable<InvestigationGiven['catalogue']> = [
  {
    type: 'k.undo',
    description: 'Returns to an earlier revision.',
    risk: 'medium',
    params: {
      type: 'object',
      properties: { to: { type: 'string' }, mode: { enum: ['fast', 'slow'] } },
      required: ['to'],
    },
    problems: async (params) => (typeof params['to'] === 'string' ? [] : ['to: expected string']),
  },
  { type: 'k.evict', description: 'Evicts a pod.', risk: 'low', params: { type: 'object', properties: {} } },
]

/** A tool that reads one object, and answers the same whatever is asked. */
export function objectTool(name: string): ToolEntry {
  return {
    name,
    description: `Reads ${name}.`,
    input: {
      type: 'object',
      properties: {
        kind: { type: 'string', enum: ['Deployment', 'Pod'] },
        namespace: { type: 'string' },
        name: { type: 'string' },
      },
      required: ['kind', 'namespace', 'name'],
    },
    problems: async (input) => (typeof input['namespace'] === 'string' ? [] : ['namespace: expected string']),
  }
}

/** An investigation that grows by what is read. */
export interface Growing {
  readonly investigation: Investigation
  /** What was read, in order. */
  readonly read: { readonly tool: string; readonly input: JsonObject }[]
}

/** The crash loop, with tools that answer as `answers` says. */
export function growing(
  given: InvestigationGiven = {},
  answers: (tool: string, input: JsonObject) => Reading = () => ({ facts: [] }),
): Growing {
  const evidence: Evidence[] = [...(given.evidence ?? crashing)]
  const texts = new Map(Object.entries(given.texts ?? {}))
  const read: { tool: string; input: JsonObject }[] = []
  const base = investigationOf({
    incident: {
      tenant: 't',
      id: 'inc_1',
      cluster: 'c',
      phase: 'diagnosing',
      title: 'x',
      openedAt: 60_000,
      relapses: 0,
      resource: web,
    },
    catalogue,
    ...given,
  })
  const investigation: Investigation = {
    ...base,
    evidence: () => evidence,
    textOf: ({ id }) => texts.get(id),
    read: async ({ tool, input }) => {
      read.push({ tool, input })
      const { facts, text, resource } = answers(tool, input)
      const made: Evidence = { ...reading(`evi_${evidence.length + 1}`, tool, resource, facts), input }
      evidence.push(made)
      if (text !== undefined) texts.set(made.id, redact(text))
      return made
    },
  }
  return { investigation, read }
}

/** All words of a request that are not instructions. */
export function wordsOf({ messages }: ModelRequest): string {
  return messages
    .map((each) => (each.role === 'tool' ? each.results.map(({ text }) => text).join('\n') : each.text))
    .join('\n')
}
