import type { Blocker } from '../model/blocker.ts'
import type { Escalation } from '../model/escalation.ts'
import type { Incident } from '../model/incident.ts'
import { budgetNames } from '../model/model-budget.ts'
import { phases } from '../model/phase.ts'
import { holder, identity, pageStep, redacted, resource } from './common.ts'
import { byKind, flag, list, number, object, oneOf, optional, record, text, whole } from './field.ts'
import { spending } from './model-turn.ts'

const deadlines = object<Incident['deadlines']>(
  {
    settle: optional(number),
    diagnose: optional(number),
    reach: optional(number),
    blocked: optional(number),
    approval: optional(number),
    execution: optional(number),
    verification: optional(number),
    poll: optional(number),
    hold: optional(number),
  },
  // The engine looks at every deadline, also at one that only a newer version knows.
  number,
)

const reason = oneOf(
  'self-resolved',
  'remediated',
  'resolved-after-effect',
  'no-diagnosis',
  'evidence-out-of-reach',
  'no-action',
  'rule-hands-over',
  'denied',
  'rejected',
  'void-too-often',
  'diagnosed-too-often',
  'cooldown',
  'approval-expired',
  'not-recovered',
  'undone',
  'undo-impossible',
  'execution-failed',
  'not-anchored',
  'outcome-unknown',
  'preview-failed',
  'preview-out-of-reach',
  'blocked',
  'analysis-failed',
  ...budgetNames.map((budget) => `spent-${budget}` as const),
  'step-failed',
  'closed-by-person',
  'resolved-by-person',
  'hold-over',
  'merged',
)

const blocker = byKind<Blocker>({
  lock: { lockKey: redacted, plan: text, incident: optional(text), execution: optional(text) },
  cap: { cap: oneOf('maxInFlight', 'maxReplicasInFlight'), used: number, wanted: number, max: number },
  raced: {},
})

const escalation = byKind<Escalation>({
  paging: { since: number, dueAt: number, step: optional(pageStep) },
  held: {},
  unanswered: { since: number },
})

/** A stored incident. */
export const incident = object<Incident>({
  ...identity,
  cluster: text,
  phase: oneOf(...phases),
  title: redacted,
  resource: optional(resource),
  openedAt: number,
  phaseSince: number,
  deadlines,
  reason: optional(reason),
  diagnoses: whole,
  lastDiagnosedAt: optional(number),
  spending: optional(spending),
  diagnosisId: optional(text),
  diagnosisAskedBy: optional(text),
  planId: optional(text),
  approvalId: optional(text),
  hadEffect: flag,
  voids: record(whole),
  rejectedPlans: list(text),
  relapses: whole,
  mergedInto: optional(text),
  paged: optional(flag),
  pagedVia: optional(list(text)),
  escalation: optional(escalation),
  heldBy: optional(holder),
  membersWhenResolved: optional(whole),
  undoing: optional(oneOf('worse', 'not-recovered')),
  unjudged: optional(object<NonNullable<Incident['unjudged']>>({ planId: text, clearedAt: optional(number) })),
  blockedBy: optional(blocker),
  began: optional(number),
  pruned: optional(object<NonNullable<Incident['pruned']>>({ at: number, alerts: whole, documents: record(whole) })),
  goodSince: optional(number),
})
