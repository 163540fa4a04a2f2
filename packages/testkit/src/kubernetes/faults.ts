import type { MendkitError } from '@mendkit/core'
import { statusError } from './api-errors.ts'

/** What a client asks of the API server. */
export type SimulatedVerb = 'get' | 'list' | 'watch' | 'patch' | 'delete' | 'evict' | 'create' | 'logs' | 'review'

/**
 * What goes wrong with a request. A number is the status that it is answered with. `hang`: no answer until the caller
 * gives up. `lagging`: a read is answered with how things were a while ago, as a cache does whose watch is
 * behind. `refused`: no connection. `cut-before`: the connection breaks before the request is carried out; `cut-after`:
 * afterwards. `recreated`: just before the request, its object is deleted and made again under the same name.
 */
export type SimulatedFault =
  | 400
  | 401
  | 403
  | 404
  | 409
  | 410
  | 422
  | 429
  | 500
  | 503
  | 504
  | 'hang'
  | 'lagging'
  | 'refused'
  | 'cut-before'
  | 'cut-after'
  | 'recreated'

/** Which requests are to fail, and how. */
export interface FaultPlan {
  readonly fault: SimulatedFault
  /** Absent: every verb. */
  readonly on?: SimulatedVerb | readonly SimulatedVerb[]
  readonly kind?: string
  readonly name?: string
  /** Absent: dry runs and real requests alike. */
  readonly dryRun?: boolean
  /** How many requests fail. Default 1. */
  readonly times?: number
  /** Requests that pass before the first that fails. Default 0. */
  readonly skip?: number
  /** For `lagging`: the moment that reads show, milliseconds since 1970. Default ten seconds ago. */
  readonly seenAt?: number
  /** For 429 and 503, in seconds. */
  readonly retryAfterSeconds?: number
}

/** What is known about a request when its fate is decided. */
interface FaultSubject {
  readonly verb: SimulatedVerb
  readonly kind: string
  readonly name: string | undefined
  readonly dryRun: boolean
}

/** Faults that wait for their requests, in the order in which they were injected. */
export interface FaultQueue {
  /** Answers a function that takes the fault back. */
  inject(plan: FaultPlan): () => void
  take(subject: FaultSubject): FaultPlan | undefined
}

/** An empty queue. */
export function faultQueue(): FaultQueue {
  const waiting: { plan: FaultPlan; skip: number; left: number }[] = []
  return {
    inject(plan) {
      const entry = { plan, skip: plan.skip ?? 0, left: plan.times ?? 1 }
      waiting.push(entry)
      return () => {
        entry.left = 0
      }
    },
    take(subject) {
      for (const entry of waiting) {
        if (entry.left <= 0 || !fits(entry.plan, subject)) continue
        if (entry.skip > 0) {
          entry.skip -= 1
          continue
        }
        entry.left -= 1
        return entry.plan
      }
      return undefined
    },
  }
}

const reasons: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'Unauthorized'],
  403: ['Forbidden', 'the request is forbidden'],
  404: ['NotFound', 'the object was not found'],
  409: ['Conflict', 'the object has been modified; please apply your changes to the latest version and try again'],
  410: ['Expired', 'The provided continue parameter is too old'],
  422: ['Invalid', 'the server rejected our request due to an error in our request'],
  429: ['TooManyRequests', 'too many requests, please try again later'],
  500: ['InternalError', 'an error on the server has prevented the request from succeeding'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'the server was unable to return a response in the time allotted, but may still be processing it'],
}

/** The error for a fault that is a status. `stores` says whether the request would have stored something. */
export function faultError(status: number, plan: FaultPlan, stores: boolean): MendkitError {
  const [reason, message] = reasons[status] ?? ['Unknown', `status ${status}`]
  return statusError({
    status,
    reason,
    message,
    effect: stores && status >= 500 ? 'unknown' : 'none',
    ...(plan.retryAfterSeconds === undefined ? {} : { retryAfterMs: plan.retryAfterSeconds * 1000 }),
  })
}

function fits(plan: FaultPlan, subject: FaultSubject): boolean {
  const verbs = plan.on === undefined ? undefined : [plan.on].flat()
  return (
    (verbs === undefined || verbs.includes(subject.verb)) &&
    (plan.kind === undefined || plan.kind === subject.kind) &&
    (plan.name === undefined || plan.name === subject.name) &&
    (plan.dryRun === undefined || plan.dryRun === subject.dryRun)
  )
}
