import { z } from 'zod'
import type { KubernetesObject } from './kubernetes-client.ts'
import { parseForm } from './parse-form.ts'

const cronJobSchema = z.looseObject({
  spec: z.looseObject({
    suspend: z.boolean().default(false),
    concurrencyPolicy: z.string().default('Allow'),
    jobTemplate: z.looseObject({ spec: z.looseObject({ template: z.unknown() }) }),
  }),
  status: z
    .looseObject({
      active: z.array(z.looseObject({ name: z.string().default('') })).default([]),
      lastSuccessfulTime: z.string().optional(),
    })
    .prefault({}),
})

/** A CronJob, with the fields that are read here. */
export interface CronJob {
  readonly suspended: boolean
  /** Whether two of its Jobs may run at once. */
  readonly concurrent: boolean
  /** Pod template of the Jobs that it makes now. */
  readonly template: unknown
  /** Names of its Jobs that run. */
  readonly active: readonly string[]
  /** When a Job of it last completed, ms since 1970. */
  readonly succeededAt: number | undefined
}

/** Reads a CronJob's fields. Throws `bad-response` that names the field. */
export function parseCronJob(object: KubernetesObject): CronJob {
  const { spec, status } = parseForm(cronJobSchema, object)
  return {
    suspended: spec.suspend,
    concurrent: spec.concurrencyPolicy === 'Allow',
    template: spec.jobTemplate.spec.template,
    active: status.active.map(({ name }) => name),
    succeededAt: status.lastSuccessfulTime === undefined ? undefined : Date.parse(status.lastSuccessfulTime),
  }
}
