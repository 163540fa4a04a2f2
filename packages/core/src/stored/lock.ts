import type { Lock } from '../model/lock.ts'
import { identity } from './common.ts'
import { number, object, optional, text } from './field.ts'

/** A stored lock. */
export const lock = object<Lock>({ ...identity, holder: optional(text), lastEffectAt: optional(number) })
