import type { CallContext } from '@mendkit/core'
import { z } from 'zod'
import { groupOf } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { listAll } from './list-all.ts'
import type { Scope } from './options.ts'
import { parseForm } from './parse-form.ts'
import { AUTOSCALER } from './target.ts'

const schema = z.looseObject({
  spec: z.looseObject({
    minReplicas: z.number().int().default(1),
    maxReplicas: z.number().int(),
    scaleTargetRef: z.looseObject({ apiVersion: z.string().default('apps/v1'), kind: z.string(), name: z.string() }),
  }),
})

/** A HorizontalPodAutoscaler, with the fields that are read here. */
export interface Autoscaler {
  readonly object: KubernetesObject
  readonly minReplicas: number
  readonly maxReplicas: number
  /** The workload that it scales, in its own namespace. */
  readonly scales: { readonly apiVersion: string; readonly kind: string; readonly name: string }
}

/** Reads an autoscaler's fields. Throws `bad-response` that names the field. */
export function parseAutoscaler(object: KubernetesObject): Autoscaler {
  const { minReplicas, maxReplicas, scaleTargetRef } = parseForm(schema, object).spec
  return { object, minReplicas, maxReplicas, scales: scaleTargetRef }
}

/** Who scales a workload; `unreadable` when the credentials to read may not ask, or there are too many. */
export async function autoscalerOf(
  scope: Scope,
  workload: KubernetesObject,
  context: CallContext,
): Promise<Autoscaler | 'unreadable' | undefined> {
  const { apiVersion, kind, metadata } = workload
  const { namespace, name } = metadata
  const all = await listAll(scope.read, { ...AUTOSCALER, namespace }, context)
  if (all === 'unreadable') return all
  // Versions of one group are the same objects.
  return all
    .map(parseAutoscaler)
    .find(
      ({ scales }) =>
        scales.kind === kind && scales.name === name && groupOf(scales.apiVersion) === groupOf(apiVersion),
    )
}
