import { z } from 'zod'
import type { KubernetesObject } from './kubernetes-client.ts'
import { parseForm } from './parse-form.ts'

const labels = z.record(z.string(), z.string())

const jobSchema = z.looseObject({
  spec: z
    .looseObject({
      backoffLimit: z.number().optional(),
      selector: z.looseObject({ matchLabels: labels.optional() }).optional(),
      template: z.looseObject({ metadata: z.looseObject({ labels: labels.optional() }).optional() }).optional(),
    })
    .prefault({}),
  status: z
    .looseObject({
      active: z.number().default(0),
      failed: z.number().default(0),
      ready: z.number().optional(),
      startTime: z.string().nullish(),
      conditions: z
        .array(
          z.looseObject({
            type: z.string(),
            status: z.string(),
            reason: z.string().optional(),
            lastTransitionTime: z.string().nullish(),
          }),
        )
        .default([]),
    })
    .prefault({}),
})

/** A Job, with the fields that are read here. */
export interface Job {
  /** How it ended; undefined while it has not. */
  readonly ended: 'complete' | 'failed' | undefined
  /** Since when that is known. RFC 3339. */
  readonly endedAt: string | undefined
  /** RFC 3339. */
  readonly startedAt: string | undefined
  /** Why it failed, such as `BackoffLimitExceeded`. */
  readonly because: string | undefined
  /** Pods that run or wait to. */
  readonly active: number
  /** Pods of these that are ready; undefined when nobody has counted. */
  readonly ready: number | undefined
  /** Pods that failed. */
  readonly failed: number
  /** Failures of pods after which it is given up. */
  readonly backoffLimit: number | undefined
  readonly podLabels: Readonly<Record<string, string>>
  /** Labels by which its pods are found, in the syntax that a list takes; undefined when it has none yet. */
  readonly podSelector: string | undefined
}

/** Reads a Job's fields. Throws `bad-response` that names the field. */
export function parseJob(object: KubernetesObject): Job {
  const { spec, status } = parseForm(jobSchema, object)
  const { active, failed, ready, startTime, conditions } = status
  const holds = (wanted: string) => conditions.find((each) => each.type === wanted && each.status === 'True')
  const [failure, success] = [holds('Failed'), holds('Complete')]
  const pairs = Object.entries(spec.selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  return {
    ended: failure !== undefined ? 'failed' : success !== undefined ? 'complete' : undefined,
    endedAt: (failure ?? success)?.lastTransitionTime ?? undefined,
    startedAt: startTime ?? undefined,
    because: failure?.reason,
    active,
    ready,
    failed,
    backoffLimit: spec.backoffLimit,
    podLabels: spec.template?.metadata?.labels ?? {},
    podSelector: pairs.length === 0 ? undefined : pairs.join(','),
  }
}
