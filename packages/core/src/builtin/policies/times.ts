import { z } from 'zod'
import { digestOf } from '../../audit/digest-of.ts'
import type { CalendarWindow, Policy } from '../../ports/policy.ts'
import { otherwise, readPolicy, word } from './read.ts'

const window = { pattern: word, timeZone: word }
const moment = z.iso.datetime({ offset: true, error: 'expected a moment such as 2026-12-20T18:00:00Z' })

/** The options of `onlyDuring`, as a document gives them. */
export const onlyDuringFields = z.strictObject({ ...window, otherwise })

const freeze = z.union(
  [
    z
      .strictObject({ from: moment, to: moment, because: word })
      .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { path: ['to'], error: 'must be after `from`' }),
    z.strictObject({ ...window, because: word }),
  ],
  { error: 'expected { from, to, because }, two moments, or { pattern, timeZone, because }, a cron pattern' },
)

/** The options of `changeFreeze`, as a document gives them. */
export const changeFreezeFields = z.strictObject({ freezes: z.array(freeze).min(1) })

/** A time in which nothing is changed: from one moment (ISO 8601) until another, or every minute that a pattern names. */
export type Freeze =
  | { readonly from: string; readonly to: string; readonly because: string }
  | (CalendarWindow & { readonly because: string })

/**
 * Asks or denies outside the minutes that a cron pattern names by the clocks of a time zone, such as `* 9-16 * * MON-FRI`
 * in `Europe/Berlin`; abstains within them, and from undos. `otherwise` is `ask` unless given. Throws `config`.
 */
export function onlyDuring(options: CalendarWindow & { readonly otherwise?: 'ask' | 'deny' }): Policy {
  const { pattern, timeZone, otherwise: kind } = readPolicy('onlyDuring', onlyDuringFields, options)
  return {
    spec: 1,
    id: `only-during:${pattern}:${timeZone}:${kind}`,
    calendars: [{ pattern, timeZone }],
    decide({ plan, calendar }) {
      if (plan.undoes !== undefined || calendar.matches(pattern, timeZone)) return { kind: 'abstain' }
      return { kind, because: `it is not the time for it: ${pattern} in ${timeZone}` }
    },
  }
}

/** Denies while any of these freezes holds; abstains at other times, and from undos. Throws `config`. */
export function changeFreeze(...given: readonly Freeze[]): Policy {
  const { freezes } = readPolicy('changeFreeze', changeFreezeFields, { freezes: given })
  return {
    spec: 1,
    id: `change-freeze:${digestOf(freezes).slice(0, 16)}`,
    calendars: freezes.flatMap((each) =>
      'pattern' in each ? [{ pattern: each.pattern, timeZone: each.timeZone }] : [],
    ),
    decide({ plan, calendar, now }) {
      if (plan.undoes !== undefined) return { kind: 'abstain' }
      const holding = freezes.find((each) =>
        'pattern' in each
          ? calendar.matches(each.pattern, each.timeZone)
          : Date.parse(each.from) <= now && now < Date.parse(each.to),
      )
      return holding === undefined
        ? { kind: 'abstain' }
        : { kind: 'deny', because: `change freeze: ${holding.because}` }
    },
  }
}
