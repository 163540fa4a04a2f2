import type { EarnedAutonomy, EarnedWith } from '../model/earned-autonomy.ts'
import { identity, redacted } from './common.ts'
import { number, object, oneOf, optional, text, whole } from './field.ts'

/** A stored level that was earned. */
export const earnedAutonomy = object<EarnedAutonomy>({
  ...identity,
  cause: redacted,
  type: text,
  cluster: text,
  namespace: optional(text),
  level: oneOf('suggest', 'approve', 'auto'),
  outcomes: whole,
  successes: whole,
  earnedWith: optional(object<EarnedWith>({ outcomes: whole, successes: whole, bound: number, threshold: number })),
})
