import { MendkitError } from '../../errors.ts'
import type { AlertKey } from '../../ports/correlator.ts'

/** The keys that a correlator gives an alert, and how many of its entries are none. */
export interface UnderstoodKeys {
  readonly keys: readonly AlertKey[]
  readonly wrong: number
}

/**
 * What a correlator answered. Throws `bad-response` for what is no list: the correlator failed, and says nothing about this
 * alert. An entry that is no key counts for nothing, and the others count.
 */
export function understandKeys(who: string, answer: unknown): UnderstoodKeys {
  if (!Array.isArray(answer))
    throw new MendkitError('bad-response', `${who} gave a wrong answer: it is no list of keys`)
  const keys = answer.filter(isKey)
  return { keys, wrong: answer.length - keys.length }
}

function isKey(value: unknown): value is AlertKey {
  if (typeof value !== 'object' || value === null) return false
  const { key, withinMs, because } = value as Partial<Record<keyof AlertKey, unknown>>
  const isText = typeof key === 'string' && key !== '' && typeof because === 'string'
  return isText && typeof withinMs === 'number' && withinMs >= 0
}
