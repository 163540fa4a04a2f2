import { type CallContext, type Fact, MendkitError, type Reading } from '@mendkit/core'
import { z } from 'zod'
import { resourceOf } from './cluster-reader.ts'
import { eventFacts } from './evidence-events.ts'
import type { Question } from './evidence-tool.ts'
import { factsAbout } from './facts.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { failureOf } from './kubernetes-failure.ts'
import { isReadable, type Scope } from './options.ts'
import { parseEvent } from './parse-event.ts'
import { parseForm } from './parse-form.ts'
import type { Pod } from './parse-pod.ts'
import { claimsOf } from './parse-template.ts'

const MAX_CLAIMS = 5
const MAX_EVENTS = 2000
const CLAIM = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' } as const

const claimSchema = z.strictObject({ namespace: z.string().min(1).max(63), name: z.string().min(1).max(253) })
const form = z.looseObject({
  spec: z.looseObject({ storageClassName: z.string().nullish() }).prefault({}),
  status: z.looseObject({ phase: z.string().optional() }).prefault({}),
})

/** What is asked of a claim for storage. */
export const claimQuestion: Question<z.output<typeof claimSchema>> = {
  name: 'kubernetes.claim',
  description: 'Whether a PersistentVolumeClaim is bound, its storage class, and what Kubernetes recorded about it.',
  input: claimSchema,
  async read(scope, { namespace, name }, context) {
    if (!isReadable(scope, namespace)) {
      throw new MendkitError('rejected', `${namespace} is not among the namespaces of kubernetes()`)
    }
    return readClaim(scope, await scope.read.get({ ...CLAIM, namespace, name }, context), context)
  },
}

async function readClaim(
  scope: Scope,
  object: KubernetesObject,
  context: CallContext,
): Promise<Reading & { readonly text: string }> {
  const { namespace, uid, name } = object.metadata
  const { spec, status } = parseForm(form, object)
  const resource = resourceOf(scope, object)
  const list = factsAbout(resource)
  list.is('claim.phase', 'status', status.phase ?? 'Pending')
  list.is('claim.storage-class', 'spec', spec.storageClassName ?? undefined)
  const events = await scope.read.list({ apiVersion: 'v1', kind: 'Event', namespace, atMost: MAX_EVENTS }, context)
  const about = events.items.flatMap((item) => parseEvent(item) ?? []).filter((event) => event.about.uid === uid)
  const told = eventFacts(list, about)
  return { facts: list.facts, resource, text: [`Claim ${name}: ${status.phase ?? '?'}`, ...told].join('\n') }
}

/** What is known of the claims that pods wait for. One that cannot be read does not spoil the others. */
export async function readUnboundClaims(scope: Scope, pods: readonly Pod[], context: CallContext) {
  const waiting = pods.filter(({ unschedulable }) => /PersistentVolumeClaim/i.test(unschedulable ?? ''))
  const names = waiting.flatMap(({ object }) =>
    claimsOf(object['spec']).map((name) => ({ namespace: object.metadata.namespace, name })),
  )
  const facts: Fact[] = []
  const lines: string[] = []
  const warnings = names.length > MAX_CLAIMS ? [`${MAX_CLAIMS} of ${names.length} claims were read`] : []
  for (const { namespace, name } of names.slice(0, MAX_CLAIMS)) {
    try {
      const claim = await readClaim(scope, await scope.read.get({ ...CLAIM, namespace, name }, context), context)
      facts.push(...claim.facts)
      lines.push(claim.text)
    } catch (error) {
      if (!MendkitError.is(error) || failureOf(error) === undefined) throw error
      warnings.push(`claim ${name}: ${error.message}`)
    }
  }
  return { facts, lines, warnings }
}
