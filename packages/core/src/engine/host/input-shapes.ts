import { z } from 'zod'
import { once } from '../../once.ts'
import { nameSchema } from '../../redact/names.ts'

/** A name of some row, as the tenant's other rows and people tell it. */
export const idShape = once(() => {
  const rule = 'expected an id, such as lists show'
  return z.string(rule).min(1, rule).max(1_000, rule)
})

/** Words of a person, where they may be left out. Nothing but blanks is no word, and would stand in the log as one. */
export const wordsShape = once(() => {
  const rule = 'say it in a few words, or leave it out'
  return z.string(rule).regex(/\S/, rule)
})

/** Words of a person, where they are needed. */
export const neededWordsShape = once(() => {
  const rule = 'say why, in a few words, for whoever takes over'
  return z.string(rule).regex(/\S/, rule)
})

/** A signal of this realm or of another one. */
export const signalShape = once(() =>
  z.custom<AbortSignal>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      'aborted' in value &&
      'addEventListener' in value &&
      typeof value.addEventListener === 'function',
    'expected an AbortSignal',
  ),
)

/** A moment of a query in ms since 1970; a date alone is its midnight in UTC. */
export const momentShape = once(() => {
  const rule = 'expected a moment in ISO 8601, such as 2026-12-20T18:00:00Z, or a date'
  const moment = z.union([z.iso.datetime({ offset: true }), z.iso.date()], rule)
  return moment.transform((text) => Date.parse(text))
})

/** What every list takes, and the states of its rows. */
export function pageShape<State extends string>(states: readonly State[]) {
  return {
    states: z.array(z.enum(states)).optional(),
    after: idShape().optional(),
    limit: limitShape().optional(),
  }
}

/** Rows of one page. */
export const limitShape = once(() => {
  const rule = 'ask for 1 to 1,000 rows'
  return z.int(rule).min(1, rule).max(1_000, rule)
})

/** Whose alerts. */
export const tenantShape = nameSchema

/** How a report or a timeline is told. */
export const formatShape = once(() => z.strictObject({ format: z.enum(['json', 'markdown']).optional() }))
