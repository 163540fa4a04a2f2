import type { ApproverGroup } from './approver-group.ts'
import type { AutonomyLevel } from './autonomy.ts'
import type { Json, JsonObject } from './json.ts'
import type { Redacted } from './redacted.ts'
import type { LabelledResource, Resource } from './resource.ts'

/** **low**: reversible, at most one replica. **medium**: reversible, a whole workload. **high**: irreversible, stateful, cluster-wide, or to zero. */
export type Risk = 'low' | 'medium' | 'high'

const belowHigh: readonly Risk[] = ['low', 'medium']

/** The higher of two risks. Anything that is none counts as `high`: a risk that nobody can tell must not pass for a small one. */
export function higherRisk(a: Risk, b: Risk): Risk {
  if (!belowHigh.includes(a) || !belowHigh.includes(b)) return 'high'
  return a === 'low' ? b : a
}

/** What an action may touch at most. */
export interface BlastRadius {
  /** Objects that may change or restart because of it. */
  readonly resources: readonly Resource[]
  /** Replicas that may be down because of it at once. */
  readonly replicas: number
  /** The share that these are of the replicas that are ready now, 0 to 100. Absent: nobody knows. */
  readonly percentOfReady?: number
  /**
   * How many more replicas the disruption budgets let be down while these are; below 0 when it goes past one. Absent: nobody
   * knows.
   */
  readonly budgetHeadroom?: number
}

/** Whether the other system checked the change: `not-permitted` means that the difference was computed here. */
export type DryRun = 'done' | 'not-permitted' | 'none'

/**
 * What an action would do, from a fresh read of its target. `before`, `after` and `guard` are stored and compared, so
 * they must be free of secrets (use digests and references) and equal for equal states.
 */
export interface Preview {
  readonly before: Json
  readonly after: Json
  /** Precondition of the effect, such as a resourceVersion: the effect must fail when it no longer holds. */
  readonly guard: Json
  /** The target as it was read, with UID and labels. Absent: as proposed, without labels. */
  readonly target?: LabelledResource
  /** Normalised difference for people. The engine redacts it and stores it as a blob. */
  readonly diff?: string
  /** @default 'none' */
  readonly dryRun?: DryRun
  /** Risk that the fresh read shows; the higher of this and the declared one counts. */
  readonly risk?: Risk
  /**
   * The fields that the action reads or writes, which an approval is bound to. It survives changes elsewhere.
   * @default { before, after }
   */
  readonly approvalFields?: Json
  readonly lockKeys?: readonly string[]
  readonly blastRadius?: BlastRadius
  /** Who else manages the object, such as `argo-cd`, `flux`, `helm`, `operator`, `autoscaler`. A policy input. */
  readonly managedBy?: readonly string[]
  /** The highest autonomy that the object's owners permit by annotation. */
  readonly autonomyLimit?: 'off' | 'suggest' | 'approve'
  /** Facts that raise doubt, such as `readiness-of-target-unproven`: each makes policies ask. Enumerations. */
  readonly doubts?: readonly string[]
  /** Set when the action must not be taken at all; the plan is denied with this reason. The engine redacts it. */
  readonly refused?: string
  /** True when the object is already as the action would make it. A plan is then denied; the way back is not. @default false */
  readonly alreadySo?: boolean
}

/** One action of a plan, previewed. */
export interface PlannedAction {
  /** Minted with the plan, so that a dry run repeats byte for byte. */
  readonly executionId: string
  readonly type: string
  readonly params: JsonObject
  readonly target: LabelledResource
  readonly risk: Risk
  readonly before: Json
  readonly after: Json
  readonly guard: Json
  /** Digest of `approvalFields`. */
  readonly fieldsDigest: string
  /** Digest of the blob with the redacted difference. */
  readonly diff?: string
  /** Digest of the difference's text without salt, for comparison with a later preview. */
  readonly diffDigest: string
  readonly dryRun: DryRun
  readonly lockKeys: readonly string[]
  readonly blastRadius: BlastRadius
  /** False when the action declares itself irreversible. */
  readonly reversible: boolean
  /** Whether every earlier guard can be made to fail, so that a lost reply can be settled without a person. */
  readonly fenceable: boolean
  /** Distinct kinds of machine observation that the analyzer cited for it. */
  readonly observations: number
  readonly managedBy: readonly Redacted[]
  readonly autonomyLimit?: 'off' | 'suggest' | 'approve'
  readonly doubts: readonly Redacted[]
  /** The object is already as the action would make it. */
  readonly alreadySo: boolean
  readonly refused?: Redacted
  /** Milliseconds since 1970 that annotations and timestamps of the effect carry. */
  readonly mintedAt: number
}

/** What a policy said, always with its reason. `deny` beats `ask` beats `allow`; only abstentions are a denial. */
export type Decision =
  | { readonly kind: 'abstain'; readonly because?: string }
  | { readonly kind: 'allow'; readonly because: string }
  | { readonly kind: 'deny'; readonly because: string }
  | {
      readonly kind: 'ask'
      readonly because: string
      /** Ids of principals, or roles, that may approve. @default ['approver'] */
      readonly approvers?: readonly string[]
      /**
       * How many different principals of these must approve, 1 to 100. Nobody here knows how many hold a role: a number that
       * is never reached lets the question expire, which calls people.
       * @default 1
       */
      readonly quorum?: number
      /** @default settings.approval.expiresInMs */
      readonly expiresInMs?: number
    }

/** The combined answer of policies, with the voice of every one that was asked. */
export interface CombinedDecision {
  readonly kind: 'allow' | 'ask' | 'deny' | 'suggest'
  readonly voices: readonly { readonly policy: string; readonly kind: Decision['kind']; readonly because: Redacted }[]
  /** Policies of the host that do not apply to the plan. They were not asked, and each abstains. */
  readonly unasked: number
  /** Who must approve: a group for each policy that asks, equal groups once, with the higher count. */
  readonly approvers: readonly ApproverGroup[]
  readonly expiresInMs?: number
}

/** The combined answer of all policies and the autonomy gate. */
export interface PlanDecision extends CombinedDecision {
  /** The level that was in force for the plan. */
  readonly autonomy: AutonomyLevel
  /** What it was made by, as a digest: the ids, versions and scopes of the host's policies, the autonomy, the environment. */
  readonly policyVersion: string
}

/** At most five actions, done in order under one approval. */
export interface Plan {
  readonly tenant: string
  readonly id: string
  readonly incidentId: string
  readonly diagnosisId: string
  /**
   * What the plan is against, as `<analyzer>/<cause>`, such as `rules/bad-rollout`: codes, never prose. The analyzer is part of
   * it so that a model cannot speak for a rule.
   */
  readonly cause: Redacted
  /** The person who asked for the diagnosis that it follows from. Absent when the engine made that by itself. */
  readonly proposedBy?: string
  readonly at: number
  readonly actions: readonly PlannedAction[]
  /** Whether an approval of it needs proof of who approves: fixed when the plan is made, so that no later host asks for less. */
  readonly proofNeeded: boolean
  /** Digest over everything that an approval is bound to: UIDs, fields, differences, parameters, policy version, needed proof. */
  readonly digest: string
  /** Digest over types, parameters and targets alone: what a person rejected, whatever its details. */
  readonly intentDigest: string
  readonly decision: PlanDecision
  readonly revision: number
}
