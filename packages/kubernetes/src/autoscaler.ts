import { type CallContext, MendkitError } from '@mendkit/core'
import { z } from 'zod'
import { groupOf } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { failureOf } from './kubernetes-failure.ts'
import type { Scope } from './options.ts'

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
  const parsed = schema.safeParse(object)
  if (parsed.success) {
    const { minReplicas, maxReplicas, scaleTargetRef } = parsed.data.spec
    return { object, minReplicas, maxReplicas, scales: scaleTargetRef }
  }
  const where = parsed.error.issues[0]?.path.join('.')
  throw new MendkitError('bad-response', `${object.kind} ${object.metadata.name} has an unexpected form at ${where}`)
}

/** Who scales a workload; `unreadable` when the credentials to read may not ask. */
export async function autoscalerOf(
  scope: Scope,
  workload: KubernetesObject,
  context: CallContext,
): Promise<Autoscaler | 'unreadable' | undefined> {
  const { apiVersion, kind, metadata } = workload
  const { namespace, name } = metadata
  try {
    const selection = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace }
    const { items } = await scope.read.list(selection, context)
    // Versions of one group are the same objects.
    return items
      .map(parseAutoscaler)
      .find(
        ({ scales }) =>
          scales.kind === kind && scales.name === name && groupOf(scales.apiVersion) === groupOf(apiVersion),
      )
  } catch (error) {
    if (failureOf(error)?.status === 403) return 'unreadable'
    throw error
  }
}
