import type { AlertStatus } from './alert.ts'
import type { GivenAnswer } from './approval.ts'
import type { ApproverGroup } from './approver-group.ts'
import type { AutonomyLevel } from './autonomy.ts'
import type { Blocker } from './blocker.ts'
import type { CommandBody } from './command.ts'
import type { Confidence, PartialReason } from './diagnosis.ts'
import type { OutcomeKind } from './earned-autonomy.ts'
import type { ErasureRefusal, ErasureTarget } from './erasure.ts'
import type { PageStep } from './escalation.ts'
import type { ExecutionState } from './execution.ts'
import type { IncidentReason } from './incident.ts'
import type { LogEpochOpened, LogKeyCertificate } from './log-key.ts'
import type { ModelSpending } from './model-budget.ts'
import type { ModelReply } from './model-call.ts'
import type { EndedModelTurnState, ModelTurn } from './model-turn.ts'
import type { Urgency } from './notice.ts'
import type { Phase } from './phase.ts'
import type { Decision, DryRun, PlanDecision, Risk } from './plan.ts'
import type { AnswerRefusalCode, CommandRefusal, VoidReason } from './reasons.ts'
import type { Redacted } from './redacted.ts'
import type { Resource } from './resource.ts'
import type { RetentionKind } from './retention.ts'
import type { SuggestionVerdict } from './suggestion.ts'

/** What a verification said. `worse` is a `not-recovered` whose measured health fell below that before the effect. */
export type Verdict = 'recovered' | 'not-recovered' | 'worse' | 'inconclusive'

/**
 * The data of every audit entry, by its type. Only ids, enumerations, numbers, digests and object names stand here:
 * free text is a blob that the entry names by digest. Names that others give (a source, an alert, a cause) are branded:
 * they have passed the redactor, and most are refused where they come in unless it leaves them as they are. The live feed
 * is a tail of these entries, so this is also the data of every event.
 */
export interface EventData {
  'engine-started': { version: string; store: string; durable: boolean; configuration: string; integrations: string[] }
  'engine-stopped': { drained: boolean }
  'engine-paused': Record<string, never>
  'engine-resumed': Record<string, never>
  /** From the next group of entries on another key signs the log. Ids of keys, 8 hex digits, and the new key as text. */
  'log-key-rotated': { from: string; to: string; verifierKey: string }
  /** `system.keyCertifier` vouched for the key of the log. */
  'log-key-certified': LogKeyCertificate
  /** What a privacy officer had erased. A large erasure is several entries. */
  'blobs-erased': ErasureTarget & {
    /** Digests of the texts that are gone with this entry. */
    digests: readonly string[]
    /** Rows that held copies of texts, such as notices, and hold them no more. */
    rows: number
  }
  /** Somebody asked to erase texts, and none was erased. */
  'erasure-refused': ErasureTarget & { because: ErasureRefusal }
  /**
   * The log is older than what was anchored of it, or of another log of its database: its origin begins anew, and the one
   * before signs nothing more. Always alone in its group.
   */
  'log-epoch-opened': LogEpochOpened
  'alerts-received': {
    source: Redacted
    complete: boolean
    accepted: number
    changed: number
    refused: number
    /** SHA-256 over the sorted ids of the changed alerts with their statuses. */
    alerts: string
    /** How many changed alerts have each status. */
    statuses: Partial<Record<AlertStatus, number>>
  }
  /** Retention moved or dropped what was old enough, so many rows of each kind. */
  'retention-applied': Readonly<Partial<Record<RetentionKind, number>>>
  'change-recorded': { change: string; kind: Redacted; resource?: Resource }
  'incident-opened': { title: Redacted; cluster: string; resource?: Resource }
  'alerts-correlated': { joined: number; alerts: string; because: readonly Redacted[] }
  'incident-merged': { into: string; because: Redacted }
  'incident-relapsed': { relapses: number }
  'phase-changed': { from: Phase; to: Phase; reason?: IncidentReason }
  'evidence-collected': { evidence: { id: string; tool: Redacted; facts: number; warnings: number }[] }
  /**
   * A model is about to be asked, or asked again: what that may cost is set aside with this entry. Blobs: `prefix` (instructions,
   * tools and form of the reply), `request` (the rest).
   */
  'model-asked': {
    turn: string
    diagnosis: string
    analyzer: Redacted
    provider: Redacted
    model: Redacted
    /** From 1. */
    attempt: number
    /** For all attempts so far. */
    reserved: ModelTurn['reserved']
    left: ModelBudgetLeft
  }
  /** What came of it. Blobs: `reply`, or `failure`. Missing where the process died: then what was set aside stands. */
  'model-call-ended': {
    turn: string
    diagnosis: string
    state: EndedModelTurnState
    /** The model that answered; the one that was asked where none did. */
    provider: Redacted
    model: Redacted
    finish?: ModelReply['finish']
    spending: ModelSpending
    left: ModelBudgetLeft
  }
  'diagnosis-made': {
    diagnosis: string
    analyzer: string
    hypotheses: { cause: Redacted; rootCause?: Resource; confidence: Confidence; citations: string[] }[]
    /** Types of the proposed actions, in order. */
    actions: readonly Redacted[]
    handOver: boolean
    /** Why more could have been found out. */
    partial?: PartialReason
    /** Evidence whose text tries to give orders. */
    suspicious?: readonly string[]
  }
  'plan-made': {
    plan: string
    digest: string
    actions: { execution: string; type: string; target: Resource; risk: Risk; dryRun: DryRun; refused: boolean }[]
  }
  'plan-decided': {
    plan: string
    kind: PlanDecision['kind']
    /** Digest of the ids and versions of the policies, the autonomy and the environment. */
    policyVersion: string
    voices: { policy: string; kind: Decision['kind'] }[]
    /** Policies of the host that do not apply to the plan, and so abstain unasked. */
    unasked: number
    approvers: readonly ApproverGroup[]
  }
  'plan-void': { plan: string; because: VoidReason }
  /** What was suggested or asked, and not carried out, compared with what was there when the alerts had cleared. */
  'suggestion-judged': {
    plan: string
    execution: string
    cause: Redacted
    action: string
    target: Resource
    verdict: SuggestionVerdict
    /** From the plan to when all alerts were seen cleared, in ms. */
    clearedAfterMs: number
  }
  /** A level of autonomy was earned or lost, or the count towards the next one began again. */
  'autonomy-moved': {
    /** Id of the row, one a cause, action type and place. */
    earned: string
    cause: Redacted
    action: string
    cluster: string
    namespace?: string
    /** The outcome that made it move. */
    kind: OutcomeKind
    from: AutonomyLevel
    to: AutonomyLevel
    /** What had been counted, with this outcome where it is good. */
    outcomes: number
    successes: number
    /** Lower bound of the share of successes, and what it had to reach. Absent when the level was lost. */
    bound?: number
    threshold?: number
  }
  'approval-requested': {
    approval: string
    plan: string
    digest: string
    /** Whether it counts for nothing to approve without proof of who does. */
    proofNeeded: boolean
    approvers: readonly ApproverGroup[]
    expiresAt: string
  }
  /** One of several that are needed. The last one is `approval-granted`. */
  'approval-given': {
    approval: string
    plan: string
    digest: string
    /** Whether the host confirmed who approved, by `settings.reauthenticate`. */
    reauthenticated: boolean
    /** Who must still approve, with how many of each group. */
    missing: readonly ApproverGroup[]
  }
  'approval-granted': { approval: string; plan: string; digest: string; reauthenticated: boolean }
  /** Somebody's answer was not taken. */
  'approval-refused': { approval: string; plan: string; kind: GivenAnswer['kind']; because: AnswerRefusalCode }
  'approval-rejected': { approval: string; plan: string }
  'approval-void': { approval: string; plan: string; because: VoidReason }
  'approval-expired': { approval: string; plan: string }
  'command-given': {
    command: string
    kind: CommandBody['kind'] | 'take-over' | 'acknowledge' | 'snooze' | 'reassign' | 'hand-back' | 'note'
    /** Who has the incident from now on; set by `reassign`. */
    to?: string
    /** ISO 8601; set by `snooze`. */
    until?: string
  }
  'command-refused': { command: string; because: CommandRefusal }
  'execution-blocked': { plan: string; action: string; by: Blocker }
  'execution-intended': {
    execution: string
    plan: string
    action: string
    target: Resource
    fence: number
    send: number
    lockKeys: Redacted[]
    guard: string
    before: string
    after: string
    undoes?: string
  }
  'execution-observed': {
    execution: string
    outcome: 'applied' | 'not-applied' | 'under-way' | 'gone' | 'unknown'
    sends: number
  }
  'execution-verified': {
    execution: string
    verdict: Verdict
    checks: { check: string; verdict: 'good' | 'bad' | 'unknown' }[]
  }
  'execution-ended': { execution: string; state: ExecutionState }
  'execution-settled': { execution: string; outcome: 'applied' | 'not-applied' }
  /** `recipients`: the notifiers that it is for; absent: all. `page`: what an escalation policy pages with it. */
  'notice-queued': { notice: string; urgency: Urgency; recipients?: readonly string[]; page?: PageStep }
  'notice-sent': { notice: string; notifier: string }
  'notice-failed': { notice: string; notifier: string; attempts: number }
  /** A snooze ran out: nobody has the incident any more. */
  'snooze-ended': { by: string }
  /** Every tier of every round was paged, and nobody took the incident over. `policy` is absent when none applies any more. */
  'escalation-unanswered': { policy?: string }
}

/** What is left of the budgets of an incident. Below zero where more was used than could be foreseen. */
export interface ModelBudgetLeft {
  tokens: number
  calls: number
  /** Time in calls. */
  ms: number
  /** Absent without a budget of money. */
  microUsd?: number
}

/** Every type of audit entry. */
export type EventType = keyof EventData

/** Who or what caused an entry: `engine`, `detector:<source>`, or a principal. */
export interface Actor {
  readonly kind: 'engine' | 'source' | 'principal'
  readonly id: string
  readonly via?: string
}

/** What an entry is about. */
export interface Subject {
  readonly kind: 'engine' | 'source' | 'incident' | 'change'
  readonly id: string
}

/** An entry as the engine asks for it; the store adds its place in the log. */
export type AuditDraft = {
  [Type in EventType]: {
    readonly type: Type
    /** Milliseconds since 1970. */
    readonly at: number
    /** 128 random bits in hex, so that equal entries have unequal digests. */
    readonly salt: string
    readonly actor: Actor
    readonly subject: Subject
    readonly data: EventData[Type]
    /** Digests of blobs by their role, such as `diff`. */
    readonly blobs: Readonly<Record<string, string>>
  }
}[EventType]

/** A blob as joined to an event: its text, or the fact that it was erased, or that it is not what the log names any more. */
export type JoinedBlob = { readonly text: string } | { readonly erased: true } | { readonly altered: true }

/** An audit entry as the live feed shows it, with its texts joined. */
export type MendkitEvent = {
  [Type in EventType]: {
    /** Place in the tenant's log; the cursor of `watch` and of `Last-Event-ID`. */
    readonly seq: number
    readonly type: Type
    /** ISO 8601 UTC. */
    readonly at: string
    readonly tenant: string
    readonly actor: Actor
    readonly subject: Subject
    readonly data: EventData[Type]
    readonly texts: Readonly<Record<string, JoinedBlob>>
  }
}[EventType]
