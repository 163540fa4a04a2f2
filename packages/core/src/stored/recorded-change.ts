import type { RecordedChange } from '../model/evidence.ts'
import { identity, resource } from './common.ts'
import { number, object, oneOf, optional, record, text } from './field.ts'

/** A stored change that somebody made on purpose. */
export const recordedChange = object<RecordedChange>({
  ...identity,
  kind: text,
  at: number,
  by: optional(text),
  url: optional(text),
  resource: optional(resource),
  labels: optional(record(text)),
  state: oneOf('new', 'recent', 'old'),
})
