import type { CallContext } from '../../ports/context.ts'
import { withTimeout } from '../call.ts'
import { describeFailure } from '../failure.ts'
import type { NoticeSubject } from '../notices/queue.ts'
import type { Parts } from '../parts.ts'
import { readMembers } from '../read-members.ts'
import type { EscalationPolicy } from './policies.ts'

/** The policy of an incident. `none`: none applies. `unreadable`: its alerts, on which that depends, could not be read. */
export type ChosenPolicy =
  | { readonly kind: 'policy'; readonly policy: EscalationPolicy }
  | { readonly kind: 'none' | 'unreadable' }

/** Nobody waits longer for being called: then everybody is. */
const patienceMs = 5_000

/**
 * The first policy whose matchers all hold for one alert of the incident that fires; once none fires, or none that is not
 * silenced, for any of its alerts, so that the end is told to those who were told of the beginning. Rejects only with the
 * abort reason.
 */
export async function choosePolicy(parts: Parts, subject: NoticeSubject, ctx: CallContext): Promise<ChosenPolicy> {
  const { escalation: policies } = parts
  const always = policies.findIndex(({ matches }) => matches === undefined)
  const last = always === -1 ? policies.length : always
  if (last === 0) return chosen(policies, always)
  try {
    const limit = { what: `the alerts of incident ${subject.id}`, ms: patienceMs }
    const index = await withTimeout(parts, limit, ctx, (within) => firstMatch(parts, subject, last, within))
    return chosen(policies, index ?? always)
  } catch (error) {
    ctx.signal.throwIfAborted()
    parts.log.warn(describeFailure(`it cannot be told which escalation policy incident ${subject.id} has`, error))
    return { kind: 'unreadable' }
  }
}

async function firstMatch(
  parts: Parts,
  { tenant, id: incidentId }: NoticeSubject,
  last: number,
  ctx: CallContext,
): Promise<number | undefined> {
  const candidates = parts.escalation.slice(0, last)
  let firing: number | undefined
  let overall: number | undefined
  let fires = false
  for await (const page of readMembers(parts.store, { tenant, incidentId }, ctx)) {
    for (const { alert } of page) {
      const index = candidates.findIndex(({ matches }) => matches?.(alert.labels) === true)
      const found = index === -1 ? undefined : index
      overall = lower(overall, found)
      if (alert.status !== 'firing' || alert.incidentId !== incidentId) continue
      fires = true
      firing = lower(firing, found)
    }
    if (firing === 0) break
  }
  return fires ? firing : overall
}

function lower(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return Math.min(one, other)
}

function chosen(policies: readonly EscalationPolicy[], index: number): ChosenPolicy {
  const policy = policies[index]
  return policy === undefined ? { kind: 'none' } : { kind: 'policy', policy }
}
