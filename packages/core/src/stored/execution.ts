import { type Execution, executionStates, type MeasureReading } from '../model/execution.ts'
import { identity, labelledResource, redacted } from './common.ts'
import { field, json, jsonObject, list, number, object, oneOf, optional, text, whole } from './field.ts'
import { blastRadius, risk } from './plan.ts'

const measureReading = object<MeasureReading>({
  check: text,
  target: text,
  name: text,
  value: number,
  better: oneOf('higher', 'lower'),
})

/** A stored execution. */
export const execution = object<Execution>({
  ...identity,
  incidentId: text,
  planId: text,
  cause: redacted,
  index: whole,
  state: oneOf(...executionStates),
  type: text,
  params: jsonObject,
  target: labelledResource,
  risk,
  before: json,
  after: json,
  guard: json,
  fieldsDigest: text,
  blastRadius,
  lockKeys: list(text),
  fence: whole,
  sends: whole,
  mintedAt: number,
  intentAt: number,
  observedAt: optional(number),
  resendAt: optional(number),
  deadline: number,
  reads: whole,
  measuresBefore: list(measureReading),
  gone: optional(field((value) => value === true)),
  undoes: optional(text),
  failure: optional(text),
})
