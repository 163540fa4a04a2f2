import type { Approval, GivenAnswer } from '../../model/approval.ts'
import type { Command } from '../../model/command.ts'
import type { Confidence, PartialReason } from '../../model/diagnosis.ts'
import type { PageStep } from '../../model/escalation.ts'
import type { JoinedBlob, MendkitEvent } from '../../model/event.ts'
import type { Fact } from '../../model/evidence.ts'
import type { Execution } from '../../model/execution.ts'
import type { Incident } from '../../model/incident.ts'
import type { JsonObject } from '../../model/json.ts'
import type { ModelSpending } from '../../model/model-budget.ts'
import type { PlanDecision, PlannedAction } from '../../model/plan.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { Resource } from '../../model/resource.ts'

/** What a hypothesis or an action rests on. `fact` is absent when the reading as a whole is meant, or is gone. */
export interface TimelineCitation {
  readonly evidenceId: string
  /** The tool that read it; absent when the reading is gone. */
  readonly tool?: string
  readonly readAt?: string
  readonly fact?: Fact
}

/** A diagnosis with its texts and facts. */
export interface TimelineDiagnosis {
  readonly id: string
  readonly at: string
  readonly analyzer: string
  readonly handOver: boolean
  readonly hypotheses: readonly {
    readonly cause: string
    readonly rootCause?: Resource
    readonly confidence: Confidence
    readonly summary: JoinedBlob
    /** How the cause leads to the symptoms. */
    readonly mechanism?: JoinedBlob
    /** What would show that it is wrong. */
    readonly disproof?: JoinedBlob
    readonly citations: readonly TimelineCitation[]
  }[]
  /** Types of the proposed actions, in order. */
  readonly actions: readonly string[]
  /** What could not be found out. */
  readonly unknowns?: JoinedBlob
  /** Why more could have been found out. */
  readonly partial?: PartialReason
  /** Evidence whose text tries to give orders. */
  readonly suspicious?: readonly TimelineCitation[]
  /** What asking models for it cost. */
  readonly spending?: ModelSpending
}

/** One action of a plan, as it was put before policies and people. */
export interface TimelineAction
  extends Pick<
    PlannedAction,
    'executionId' | 'type' | 'target' | 'risk' | 'dryRun' | 'blastRadius' | 'doubts' | 'managedBy' | 'refused'
  > {
  /** Redacted. */
  readonly params: JsonObject
  readonly diff?: JoinedBlob
}

/** A question to people, with what was answered. */
export interface TimelineApproval extends Omit<Approval, 'answers'> {
  readonly answers: readonly (Omit<GivenAnswer, 'because'> & {
    /** The words of whoever answered. */
    readonly because?: JoinedBlob
  })[]
}

/** A plan, what was said about it, and who answered. */
export interface TimelinePlan {
  readonly id: string
  readonly at: string
  readonly diagnosisId: string
  readonly digest: string
  readonly actions: readonly TimelineAction[]
  readonly decision: PlanDecision
  readonly approvals: readonly TimelineApproval[]
}

/** One effect and what became of it. */
export interface TimelineExecution
  extends Pick<Execution, 'id' | 'planId' | 'type' | 'target' | 'risk' | 'state' | 'sends' | 'undoes' | 'gone'> {
  readonly intendedAt: string
  readonly observedAt?: string
  /** The last verdict, with every check that carried it. */
  readonly verification?: {
    readonly at: string
    readonly verdict: string
    readonly checks: readonly { readonly check: string; readonly verdict: string }[]
  }
  readonly failure?: JoinedBlob
}

/** What a person asked for. */
export interface TimelineCommand extends Pick<Command, 'id' | 'state' | 'by'> {
  readonly at: string
  readonly kind: Command['body']['kind']
  /** The approval that it answers. */
  readonly answers?: string
  readonly because?: JoinedBlob
}

/** Who was called, and who answered. Times are ISO 8601 UTC. */
export interface TimelineEscalation {
  readonly pages: readonly {
    readonly at: string
    readonly notice: string
    /** Ids of the notifiers; absent: all of them. */
    readonly recipients?: readonly string[]
    readonly page?: PageStep
  }[]
  /** The first who took the incident over after it was paged, for each time that somebody did. */
  readonly acknowledged: readonly {
    readonly at: string
    readonly by: string
    /** Since the first page that nobody had answered. */
    readonly afterMs: number
  }[]
}

/** Everything that is known about an incident, as a postmortem needs it. Times are ISO 8601 UTC. */
export interface Timeline {
  readonly incident: Pick<
    Incident,
    | 'tenant'
    | 'id'
    | 'cluster'
    | 'phase'
    | 'title'
    | 'resource'
    | 'reason'
    | 'relapses'
    | 'mergedInto'
    | 'blockedBy'
    | 'heldBy'
  >
  readonly span: {
    /** Start of the earliest alert; absent when the incident has none. */
    readonly began?: string
    readonly detected: string
    /** When it was resolved or closed; absent while it is neither. */
    readonly ended?: string
    /** From detection to the end, or to now. */
    readonly durationMs: number
  }
  readonly impact: {
    /** Stretches of firing that joined. */
    readonly alerts: number
    readonly firing: number
    readonly suppressed: number
    /** Alert names by resource, most alerts first. */
    readonly symptoms: readonly {
      readonly alertname: Redacted
      readonly resource?: Resource
      readonly total: number
      readonly firing: number
    }[]
  }
  readonly diagnoses: readonly TimelineDiagnosis[]
  /** What asking models about it cost in all, calls that were lost with their process included. Absent: none was asked. */
  readonly spending?: ModelSpending
  readonly plans: readonly TimelinePlan[]
  readonly executions: readonly TimelineExecution[]
  readonly commands: readonly TimelineCommand[]
  readonly escalation: TimelineEscalation
  /** The incident's audit entries in order, with their texts. */
  readonly events: readonly MendkitEvent[]
  /**
   * Set when retention has emptied the incident: since when, and how many rows of each table are gone. Then it has no
   * symptoms, diagnoses, plans, executions and commands any more, and its events tell what there was.
   */
  readonly gone?: { readonly at: string; readonly documents: Readonly<Record<string, number>> }
}
