import type { Evidence, Fact } from '../model/evidence.ts'
import { identity, resource } from './common.ts'
import { either, flag, jsonObject, list, number, object, oneOf, optional, text, whole } from './field.ts'

const fact = object<Fact>({
  name: text,
  kind: oneOf('status', 'spec', 'metric', 'event', 'log', 'change', 'alert'),
  value: either(text, number, flag),
  resource: optional(resource),
  observedAt: optional(text),
  holds: optional(oneOf('equal', 'at-least')),
})

/** A stored reading. */
export const evidence = object<Evidence>({
  ...identity,
  incidentId: text,
  tool: text,
  input: jsonObject,
  collectedAt: number,
  resource: optional(resource),
  facts: list(fact),
  text: optional(text),
  warnings: whole,
})
