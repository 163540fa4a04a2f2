import type { Diagnosis, Hypothesis, ProposedAction } from '../model/diagnosis.ts'
import { partialReasons } from '../model/diagnosis.ts'
import type { Citation } from '../model/evidence.ts'
import { identity, redacted, resource } from './common.ts'
import { flag, jsonObject, list, number, object, oneOf, optional, text } from './field.ts'
import { spending } from './model-turn.ts'

const citation = object<Citation>({ evidenceId: text, fact: optional(number) })

const hypothesis = object<Hypothesis>({
  cause: redacted,
  rootCause: optional(resource),
  citations: list(citation),
  confidence: oneOf('low', 'medium', 'high'),
  summary: text,
  mechanism: optional(text),
  disproof: optional(text),
  statedConfidence: optional(number),
})

const proposedAction = object<ProposedAction>({
  type: redacted,
  params: jsonObject,
  target: optional(resource),
  citations: list(citation),
})

/** A stored diagnosis. */
export const diagnosis = object<Diagnosis>({
  ...identity,
  incidentId: text,
  analyzer: text,
  at: number,
  hypotheses: list(hypothesis),
  actions: list(proposedAction),
  handOver: flag,
  unknowns: optional(text),
  partial: optional(oneOf(...partialReasons)),
  suspicious: optional(list(text)),
  spending: optional(spending),
  symptoms: list(object<Diagnosis['symptoms'][number]>({ alertname: text, resourceKey: text })),
  signature: optional(text),
  askedBy: optional(text),
})
