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
  status: z
    .looseObject({
      currentReplicas: z.number().int().optional(),
      conditions: z
        .array(z.looseObject({ type: z.string(), status: z.string(), reason: z.string().optional() }))
        .nullish(),
    })
    .prefault({}),
})

/** A HorizontalPodAutoscaler, with the fields that are read here. */
export interface Autoscaler {
  readonly object: KubernetesObject
  readonly minReplicas: number
  readonly maxReplicas: number
  /** The workload that it scales, in its own namespace. */
  readonly scales: { readonly apiVersion: string; readonly kind: string; readonly name: string }
  /** How many replicas it counted last. */
  readonly currentReplicas: number | undefined
  /** Which bound keeps it from what it computed, such as `TooManyReplicas`; undefined when none does. */
  readonly limitedBy: string | undefined
}

/** Reads an autoscaler's fields. Throws `bad-response` that names the field. */
export function parseAutoscaler(object: KubernetesObject): Autoscaler {
  const { spec, status } = parseForm(schema, object)
  const { minReplicas, maxReplicas, scaleTargetRef } = spec
  const limited = status.conditions?.find((each) => each.type === 'ScalingLimited' && each.status === 'True')
  return {
    object,
    minReplicas,
    maxReplicas,
    scales: scaleTargetRef,
    currentReplicas: status.currentReplicas,
    limitedBy: limited?.reason,
  }
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
