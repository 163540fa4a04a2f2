import { z } from 'zod'
import type { KubernetesObject } from './kubernetes-client.ts'
import { parseForm } from './parse-form.ts'

const jobSchema = z.looseObject({
  spec: z
    .looseObject({
      template: z
        .looseObject({ metadata: z.looseObject({ labels: z.record(z.string(), z.string()).optional() }).optional() })
        .optional(),
    })
    .prefault({}),
  status: z
    .looseObject({
      active: z.number().default(0),
      failed: z.number().default(0),
      ready: z.number().optional(),
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
  /** Pods of these that are ready; undefined when nobody has counted. */
  readonly ready: number | undefined
  readonly podLabels: Readonly<Record<string, string>>
  /** Pods that failed. */
  readonly failed: number
}

/** Reads a Job's fields. Throws `bad-response` that names the field. */
export function parseJob(object: KubernetesObject): Job {
  const { spec, status } = parseForm(jobSchema, object)
  const { active, failed, ready, conditions } = status
  const holds = (wanted: string) => conditions.find(({ type, status }) => type === wanted && status === 'True')
  const failure = holds('Failed')
  const ended = failure !== undefined ? 'failed' : holds('Complete') !== undefined ? 'complete' : undefined
  const podLabels = spec.template?.metadata?.labels ?? {}
  return { ended, because: failure?.reason, active, ready, podLabels, failed }
}
