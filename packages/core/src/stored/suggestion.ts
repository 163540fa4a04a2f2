import type { JudgedSuggestion } from '../model/suggestion.ts'
import { identity, redacted, resource } from './common.ts'
import { number, object, oneOf, text } from './field.ts'

/** A stored judgement of a suggestion. */
export const suggestion = object<JudgedSuggestion>({
  ...identity,
  incidentId: text,
  planId: text,
  cause: redacted,
  type: text,
  target: resource,
  verdict: oneOf('same', 'different', 'self-cleared', 'unknown'),
  suggestedAt: number,
  clearedAt: number,
})
