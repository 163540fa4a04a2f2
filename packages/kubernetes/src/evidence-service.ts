import { type CallContext, MendkitError, type Reading } from '@mendkit/core'
import { z } from 'zod'
import { resourceOf } from './cluster-reader.ts'
import type { Question } from './evidence-tool.ts'
import { factsAbout } from './facts.ts'
import { isReadable, type Scope } from './options.ts'
import { parseForm } from './parse-form.ts'
import { parsePod } from './parse-pod.ts'
import { portsOf } from './parse-template.ts'
import { POD } from './target.ts'

const MAX_PODS = 1000

const serviceSchema = z.strictObject({ namespace: z.string().min(1).max(63), name: z.string().min(1).max(253) })
const form = z.looseObject({
  spec: z.looseObject({
    selector: z.record(z.string(), z.string()).nullish(),
    ports: z
      .array(z.looseObject({ port: z.number(), targetPort: z.union([z.number(), z.string()]).nullish() }))
      .default([]),
  }),
})

/** What is asked of a Service. */
export const serviceQuestion: Question<z.output<typeof serviceSchema>> = {
  name: 'kubernetes.service',
  description:
    'How many pods a Service selects, how many of them are ready, and whether they open the ports that it sends to.',
  input: serviceSchema,
  read: readService,
}

async function readService(
  scope: Scope,
  { namespace, name }: z.output<typeof serviceSchema>,
  context: CallContext,
): Promise<Reading> {
  if (!isReadable(scope, namespace)) {
    throw new MendkitError('rejected', `${namespace} is not among the namespaces of kubernetes()`)
  }
  const object = await scope.read.get({ apiVersion: 'v1', kind: 'Service', namespace, name }, context)
  const { selector, ports } = parseForm(form, object).spec
  const resource = resourceOf(scope, object)
  const list = factsAbout(resource)
  const labels = Object.entries(selector ?? {}).map(([label, value]) => `${label}=${value}`)
  // Without a selector somebody else keeps its endpoints.
  if (labels.length === 0) return { facts: [], resource, text: `Service ${name} selects no pods by itself` }
  list.is('service.selector', 'spec', labels.join(','))
  const found = await scope.read.list({ ...POD, namespace, labelSelector: labels.join(','), atMost: MAX_PODS }, context)
  const pods = found.items.map(parsePod)
  const ready = pods.filter(({ state }) => state === 'ready')
  list.is('service.pods-selected', 'status', pods.length)
  list.is('service.pods-ready', 'status', ready.length)
  const opened = new Set(ready.flatMap(({ object: pod }) => [...portsOf(pod['spec'])]))
  const closed = ports.map(({ port, targetPort }) => targetPort ?? port).filter((port) => !opened.has(port))
  if (opened.size > 0) list.is('service.port-not-opened', 'spec', closed[0])
  return { facts: list.facts, resource, text: `Service ${name} selects ${pods.length} pods, ${ready.length} are ready` }
}
