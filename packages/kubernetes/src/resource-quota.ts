import { z } from 'zod'
import type { KubernetesObject } from './kubernetes-client.ts'
import { parseForm } from './parse-form.ts'
import type { Side } from './pod-amounts.ts'
import { amountOf } from './quantity.ts'

const quantities = z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).default({})
const quotaSchema = z.looseObject({
  spec: z.looseObject({ hard: quantities }).prefault({}),
  status: z.looseObject({ used: quantities.optional() }).prefault({}),
})

/** One thing that a quota limits. */
export interface QuotaLine {
  readonly quota: string
  readonly key: string
  readonly hard: string
  /** Undefined when nobody has counted it. */
  readonly used: string | undefined
  /** How much is left, in cores, bytes or pieces; undefined when nobody has counted what is used. */
  readonly left: number | undefined
}

/** The lines of a ResourceQuota. Throws `bad-response` that names the field. */
export function quotaLines(object: KubernetesObject): readonly QuotaLine[] {
  const { spec, status } = parseForm(quotaSchema, object)
  return Object.entries(spec.hard).map(([key, hard]) => {
    const used = status.used?.[key]
    const left = used === undefined ? undefined : (amountOf(hard) ?? 0) - (amountOf(used) ?? 0)
    return { quota: object.metadata.name, key, hard, used, left }
  })
}

/** By which keys quotas limit what pods ask for of a resource. */
export function quotaKeys(side: Side, name: string): readonly string[] {
  return side === 'requests' ? [name, `requests.${name}`] : [`limits.${name}`]
}
