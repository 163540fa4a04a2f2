import type { Symptom } from '../../model/alert.ts'
import type { Expectation, Put } from '../../model/change.ts'
import type { Command } from '../../model/command.ts'
import type { Holder } from '../../model/escalation.ts'
import type { AuditDraft } from '../../model/event.ts'
import type { Execution } from '../../model/execution.ts'
import type { Incident, IncidentView } from '../../model/incident.ts'
import type { Setting } from '../../model/setting.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Claim } from '../../ports/lease-store.ts'
import type { Outcome } from '../earn/count-outcomes.ts'

/** A lease as its holder counts it: on the monotonic clock, from before the claim. */
export interface Lease {
  /** Milliseconds until it may be lost. */
  remainingMs(): number
}

/** Everything one step sees of an incident, read after it was claimed. */
export interface StepView {
  readonly claim: Claim
  readonly lease: Lease
  readonly incident: Incident
  readonly symptoms: readonly Symptom[]
  /** Alerts of the incident that fire now. */
  readonly firing: number
  /** Alerts of the incident that are silenced, inhibited or muted now. */
  readonly suppressed: number
  /** Commands that no step has handled yet, oldest first. */
  readonly commands: readonly Command[]
  /** Executions of the incident that hold locks. */
  readonly unfinished: readonly Execution[]
  /** The kill switch as read; its revision is expected by every intent. */
  readonly pause: SwitchReading
  /** Who has taken the incident over, as read; its revision is expected by every intent. */
  readonly holder: HolderReading
  /** The store's time when the step began, ms since 1970. */
  readonly now: number
  readonly ctx: CallContext
}

/** A setting row as it was read: absent rows have revision 0 and are off. */
export interface SwitchReading {
  readonly id: string
  readonly on: boolean
  readonly revision: number
}

/** Who has an incident, as the setting row was read. */
export interface HolderReading extends SwitchReading {
  /** Absent when nobody has it. */
  readonly holder?: Holder
}

/** Fields of an incident to change; `undefined` removes one that an incident may lack. */
export type IncidentPatch = {
  readonly [Key in keyof Incident]?: Record<never, never> extends Pick<Incident, Key>
    ? Incident[Key] | undefined
    : Incident[Key]
}

/** What a step concludes: one commit. */
export interface StepResult {
  readonly next?: IncidentPatch
  readonly put?: readonly Put[]
  readonly expect?: readonly Expectation[]
  readonly audit?: readonly AuditDraft[]
  /** What came out of actions in this step, for and against autonomy that is earned. Counted in the same commit. */
  readonly outcomes?: readonly Outcome[]
  /** When to look again beside the incident's deadlines, ms since 1970; `now` for at once. */
  readonly dueAt?: number | 'now'
}

/** How many episodes have ever joined. */
export function membersOf({ symptoms }: Pick<StepView, 'symptoms'>): number {
  return symptoms.reduce((sum, { total }) => sum + total, 0)
}

/** What plug-ins may see of the incident. */
export function viewOf(incident: Incident): IncidentView {
  const { tenant, id, cluster, phase, title, resource, openedAt, relapses } = incident
  return { tenant, id, cluster, phase, title, openedAt, relapses, ...(resource && { resource }) }
}

/** Reads a setting as a switch: any value but null, false and absence is on. */
export function switchOf(id: string, setting: Setting | undefined): SwitchReading {
  const on = setting !== undefined && setting.value !== null && setting.value !== false
  return { id, on, revision: setting?.revision ?? 0 }
}
