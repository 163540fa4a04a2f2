import { MendkitError } from '@mendkit/core'
import { z } from 'zod'

const failureSchema = z.object({
  failure: z.literal('kubernetes'),
  status: z.number().optional(),
  reason: z.string().optional(),
  causes: z.array(
    z.object({ reason: z.string().optional(), field: z.string().optional(), message: z.string().optional() }),
  ),
  effect: z.enum(['none', 'unknown']),
})

/** One of the API server's own causes for a refusal. Values of fields are left out, because they can be secrets. */
export interface FailureCause {
  /** Such as `FieldValueInvalid` or `DisruptionBudget`. */
  readonly reason?: string | undefined
  /** Path of the refused field. */
  readonly field?: string | undefined
  readonly message?: string | undefined
}

/** What a `KubernetesClient` knows about a call that failed, as the `cause` of the `MendkitError` that it throws. */
export interface KubernetesFailure {
  readonly failure: 'kubernetes'
  /** HTTP status; absent when no answer came. */
  readonly status?: number | undefined
  /** Kubernetes' own word: `Forbidden`, `NotFound`, `Conflict`, `AlreadyExists`, `Expired`, `Invalid` … */
  readonly reason?: string | undefined
  readonly causes: readonly FailureCause[]
  /**
   * `none`: this request has certainly changed nothing. `unknown`: it was a write that was sent and whose end nobody
   * reported (no answer, connection cut, a 5xx), so the object must be read before anything is tried again.
   */
  readonly effect: 'none' | 'unknown'
}

/** The facts of a failed call, or `undefined` when the error did not come from a `KubernetesClient`. */
export function failureOf(error: unknown): KubernetesFailure | undefined {
  if (!MendkitError.is(error)) return undefined
  const parsed = failureSchema.safeParse(error.cause)
  return parsed.success ? parsed.data : undefined
}
