import { z } from 'zod'
import { describeResource, type Resource } from '../../model/resource.ts'
import type { Policy, PolicyInput } from '../../ports/policy.ts'
import { countedKey, durationWords, mayHaveChanged, type Per, pastIsCutOff, per } from './counted.ts'
import { ms, otherwise, readPolicy } from './read.ts'

/** The options of `rateLimit`, as a document gives them. */
export const rateLimitFields = z.strictObject({ per, max: z.int().min(0).max(1_000), withinMs: ms, otherwise })
/** The options of `cooldown`, as a document gives them. */
export const cooldownFields = z.strictObject({ per, ms, otherwise })
/** The options of `tooMuchBroken`, as a document gives them. */
export const tooMuchBrokenFields = z.strictObject({ incidents: z.int().min(0).max(1_000), withinMs: ms })

/** What `rateLimit` takes. */
export interface RateLimitOptions {
  readonly per: Per
  /** Executions that may begin within the time, those of the plan included. 0 to 1,000. */
  readonly max: number
  readonly withinMs: number
  /** @default 'ask' */
  readonly otherwise?: 'ask' | 'deny'
}

/** What `cooldown` takes. */
export interface CooldownOptions {
  readonly per: Per
  readonly ms: number
  /** @default 'ask' */
  readonly otherwise?: 'ask' | 'deny'
}

/**
 * Asks or denies when a plan would make more executions than `max` begin `withinMs` on one target, in one namespace, in one
 * cluster, or of the tenant; abstains otherwise, and from undos. Two workers cannot both take the last place. Asks when more
 * happened than can be counted. Throws `config`.
 */
export function rateLimit(options: RateLimitOptions): Policy {
  const { per: by, max, withinMs, otherwise: kind } = readPolicy('rateLimit', rateLimitFields, options)
  return {
    spec: 1,
    id: `rate-limit:${by}:${max}:${withinMs}:${kind}`,
    lookBackMs: withinMs,
    async decide({ plan, now, executions }) {
      if (plan.undoes !== undefined) return { kind: 'abstain' }
      const { past, complete } = await pastOfOthers(plan, executions, now - withinMs)
      for (const { target } of plan.actions) {
        const isCounted = (one: { readonly target: Resource }) => countedKey(by, one.target) === countedKey(by, target)
        const count = past.filter(isCounted).length + plan.actions.filter(isCounted).length
        if (count <= max) continue
        const because = `it would be number ${count} within ${durationWords(withinMs)} ${place(by, target)}; the limit is ${max}`
        return { kind, because }
      }
      return complete ? { kind: 'abstain' } : pastIsCutOff
    },
  }
}

/**
 * Asks or denies when an execution of another plan began less than `ms` ago on the same target, in the same namespace, in
 * the same cluster, or of the tenant; abstains otherwise, and from undos. Asks when more happened than can be counted.
 * Throws `config`.
 */
export function cooldown(options: CooldownOptions): Policy {
  const { per: by, ms: length, otherwise: kind } = readPolicy('cooldown', cooldownFields, options)
  return {
    spec: 1,
    id: `cooldown:${by}:${length}:${kind}`,
    lookBackMs: length,
    async decide({ plan, now, executions }) {
      if (plan.undoes !== undefined) return { kind: 'abstain' }
      const { past, complete } = await pastOfOthers(plan, executions, now - length)
      for (const { target } of plan.actions) {
        const last = past.find((one) => countedKey(by, one.target) === countedKey(by, target))
        if (last === undefined) continue
        return {
          kind,
          because: `execution ${last.id} began less than ${durationWords(length)} ago ${place(by, target)}`,
        }
      }
      return complete ? { kind: 'abstain' } : pastIsCutOff
    },
  }
}

/**
 * The brake: asks a person about everything once more than `incidents` opened `withinMs`, because whatever breaks so much
 * at once is not mended one by one; abstains otherwise, and from undos. Throws `config`.
 */
export function tooMuchBroken(options: { readonly incidents: number; readonly withinMs: number }): Policy {
  const { incidents: most, withinMs } = readPolicy('tooMuchBroken', tooMuchBrokenFields, options)
  return {
    spec: 1,
    id: `too-much-broken:${most}:${withinMs}`,
    lookBackMs: withinMs,
    async decide({ plan, now, incidents }) {
      if (plan.undoes !== undefined) return { kind: 'abstain' }
      const { items, complete } = await incidents()
      const count = items.filter(({ openedAt }) => openedAt > now - withinMs).length
      if (count <= most) return complete ? { kind: 'abstain' } : pastIsCutOff
      return {
        kind: 'ask',
        because: `${count} incidents opened within ${durationWords(withinMs)}; the brake is at ${most}`,
      }
    },
  }
}

/** What the plan's own executions did is no reason to stop in the middle of it. */
async function pastOfOthers(plan: PolicyInput['plan'], executions: PolicyInput['executions'], since: number) {
  const own = new Set(plan.actions.map(({ executionId }) => executionId))
  const { items, complete } = await executions()
  return { past: items.filter((one) => one.at > since && mayHaveChanged(one) && !own.has(one.id)), complete }
}

function place(by: Per, target: Resource): string {
  switch (by) {
    case 'target':
      return `on ${describeResource(target)}`
    case 'namespace':
      return target.namespace === undefined ? 'outside all namespaces' : `in namespace ${target.namespace}`
    case 'cluster':
      return `in cluster ${target.cluster}`
    case 'tenant':
      return 'of this tenant'
  }
}
