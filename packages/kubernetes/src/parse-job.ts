import { z } from 'zod'
import type { KubernetesObject } from './kubernetes-client.ts'
import { parseForm } from './parse-form.ts'

const jobSchema = z.looseObject({
  status: z
    .looseObject({
      active: z.number().default(0),
      failed: z.number().default(0),
      conditions: z
        .array(z.looseObject({ type: z.string(), status: z.string(), reason: z.string().optional() }))
        .default([]),
    })
    .prefault({}),
})

/** A Job, with the fields that are read here. */
export interface Job {
  /** How it ended; undefined while it has not. */
  readonly ended: 'complete' | 'failed' | undefined
  /** Why it failed, such as `BackoffLimitExceeded`. */
  readonly because: string | undefined
  /** Pods that run or wait to. */
  readonly active: number
  /** Pods that failed. */
  readonly failed: number
}

/** Reads a Job's fields. Throws `bad-response` that names the field. */
export function parseJob(object: KubernetesObject): Job {
  const { active, failed, conditions } = parseForm(jobSchema, object).status
  const holds = (wanted: string) => conditions.find(({ type, status }) => type === wanted && status === 'True')
  const failure = holds('Failed')
  const ended = failure !== undefined ? 'failed' : holds('Complete') !== undefined ? 'complete' : undefined
  return { ended, because: failure?.reason, active, failed }
}
