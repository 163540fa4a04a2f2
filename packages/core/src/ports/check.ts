import type { Symptom } from '../model/alert.ts'
import type { IncidentView } from '../model/incident.ts'
import type { LabelledResource, Resource } from '../model/resource.ts'
import type { CallContext } from './context.ts'

/** An alert that fires and began after an effect, about an object that the effect may have touched. */
export interface NewAlert {
  readonly alertname: string
  /** The object of the effect's blast radius that it is about. */
  readonly resource: Resource
  /** Where it was correlated to, which need not be the incident of the effect. */
  readonly incidentId: string
}

/** What a check looks at. */
export interface CheckInput {
  readonly incident: IncidentView
  readonly target: LabelledResource
  /** Symptoms of the incident now. */
  readonly symptoms: readonly Symptom[]
  /** When the effect was called, ms since 1970; absent for the reading before the effect. */
  readonly since?: number
  /**
   * When a source last reported on these alerts, ms since 1970: a sighting, a resolve, or the complete batch that ended
   * one. Not after `since`: nothing was heard since the effect. Absent before the effect.
   */
  readonly heardAt?: number
  /** Alerts that began since the effect on what it may have touched, at most 100. Absent before the effect. */
  readonly newAlerts?: readonly NewAlert[]
}

/** `unknown` is no data: it is never taken for success. */
export interface CheckResult {
  readonly verdict: 'good' | 'bad' | 'unknown'
  /** Identifiers and numbers; redacted before it is stored. */
  readonly because: string
  /** A number to compare before and after the effect. */
  readonly measure?: { readonly name: string; readonly value: number; readonly better: 'higher' | 'lower' }
}

/** Says whether things are well. */
export interface Check {
  readonly spec: 1
  readonly id: string
  /** `symptom`: is what alerted gone? `health`: is the workload well? Where a health check applies, it must be good too. */
  readonly kind: 'symptom' | 'health'
  /** Whether it has something to say about this target. What it throws, or an answer that is no boolean, counts as `unknown`. */
  applies(input: CheckInput): boolean
  /** Says how things are now. What it throws, or an answer that is no result, counts as `unknown`. */
  check(input: CheckInput, ctx: CallContext): Promise<CheckResult>
}
