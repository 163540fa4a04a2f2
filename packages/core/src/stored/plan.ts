import type { BlastRadius, Plan, PlanDecision, PlannedAction } from '../model/plan.ts'
import { approverGroup, identity, labelledResource, redacted, resource } from './common.ts'
import { flag, json, jsonObject, list, number, object, oneOf, optional, text, whole } from './field.ts'

/** How much is at stake. */
export const risk = oneOf('low', 'medium', 'high')

/** What an action may touch. */
export const blastRadius = object<BlastRadius>({
  resources: list(resource),
  replicas: number,
  percentOfReady: optional(number),
  budgetHeadroom: optional(number),
})

const plannedAction = object<PlannedAction>({
  executionId: text,
  type: text,
  params: jsonObject,
  target: labelledResource,
  risk,
  before: json,
  after: json,
  guard: json,
  fieldsDigest: text,
  diff: optional(text),
  diffDigest: text,
  dryRun: oneOf('done', 'not-permitted', 'none'),
  lockKeys: list(text),
  blastRadius,
  reversible: flag,
  fenceable: flag,
  observations: whole,
  managedBy: list(redacted),
  autonomyLimit: optional(oneOf('off', 'suggest', 'approve')),
  doubts: list(redacted),
  alreadySo: flag,
  refused: optional(redacted),
  mintedAt: number,
})

const voice = object<PlanDecision['voices'][number]>({
  policy: text,
  kind: oneOf('abstain', 'allow', 'deny', 'ask'),
  because: redacted,
})

const decision = object<PlanDecision>({
  autonomy: oneOf('off', 'suggest', 'approve', 'auto'),
  kind: oneOf('allow', 'ask', 'deny', 'suggest'),
  voices: list(voice),
  unasked: whole,
  approvers: list(approverGroup),
  expiresInMs: optional(number),
  policyVersion: text,
})

/** A stored plan. */
export const plan = object<Plan>({
  ...identity,
  incidentId: text,
  diagnosisId: text,
  cause: redacted,
  proposedBy: optional(text),
  at: number,
  actions: list(plannedAction),
  proofNeeded: flag,
  digest: text,
  intentDigest: text,
  decision,
})
