import type { Phase } from './phase.ts'

/** Why a plan, or the approval that stands for it, no longer stands. The first two are nobody's change and do not count against the plan. */
export type VoidReason =
  | 'all-suppressed'
  | 'taken-over'
  | 'approval-gone'
  | 'facts-changed'
  | 'target-changed'
  | 'policies-stricter'
  | 'preview-failed'
  | 'blocked'
  | 'no-effect'
  | 'alerts-cleared'
  | 'closed'
  | 'resolved'
  | 'merged'
  | 'step-failed'
  | 'restored'

/** Why somebody's answer to an approval does not count. */
export type AnswerRefusalCode =
  | 'not-an-approver'
  | 'proposer'
  | 'digest-differs'
  | 'difference-altered'
  | 'already-answered'
  | 'not-reauthenticated'
  | 'approval-not-open'
  | 'approval-expired'

/** Why what a person asked for was not done. */
export type CommandRefusal =
  | AnswerRefusalCode
  | 'already-closed'
  | 'already-resolved'
  | 'execution-in-flight'
  | `not-waiting-in-${Phase}`
