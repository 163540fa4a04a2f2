import { z } from 'zod'
import type { KubernetesObject } from './kubernetes-client.ts'

const eventSchema = z.looseObject({
  involvedObject: z.looseObject({
    kind: z.string().default(''),
    name: z.string().default(''),
    uid: z.string().default(''),
  }),
  reason: z.string().default(''),
  message: z.string().default(''),
  type: z.string().default('Normal'),
  count: z.number().nullish(),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
  series: z.looseObject({ count: z.number().optional(), lastObservedTime: z.string().optional() }).nullish(),
})

/** A Kubernetes Event, with the fields that are read here. */
export interface ObjectEvent {
  readonly about: { readonly kind: string; readonly name: string; readonly uid: string }
  readonly reason: string
  readonly message: string
  readonly type: string
  readonly count: number
  /** RFC 3339 time of the last occurrence. */
  readonly lastAt: string
}

/** Reads an Event of either recorder, old or new. One that cannot be read is `undefined`: others wrote it as they liked. */
export function parseEvent(object: KubernetesObject): ObjectEvent | undefined {
  const parsed = eventSchema.safeParse(object)
  if (!parsed.success) return undefined
  const { involvedObject, reason, message, type, count, series, lastTimestamp, eventTime } = parsed.data
  return {
    about: involvedObject,
    reason,
    message,
    type,
    count: series?.count ?? count ?? 1,
    lastAt: series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? object.metadata.creationTimestamp ?? '',
  }
}
