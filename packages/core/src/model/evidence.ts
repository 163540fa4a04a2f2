import type { Labels } from './alert.ts'
import type { SeriesPoint } from './history.ts'
import type { JsonObject } from './json.ts'
import type { Resource } from './resource.ts'

/** Where a fact comes from. Facts of different kinds count as independent observations. */
export type FactKind = 'status' | 'spec' | 'metric' | 'event' | 'log' | 'change' | 'alert'

/** The reading of an incident's own alerts, which Mendkit makes itself. */
export const ownAlertsTool = 'mendkit.alerts'

/**
 * Whether a fact of a reading counts as an observation by a machine. What a workload wrote into its log does not; nor do the alerts
 * that made the incident, because every incident has them.
 */
export function isObservation({ kind, tool }: { readonly kind: FactKind; readonly tool: string }): boolean {
  return kind !== 'log' && tool !== ownAlertsTool
}

/**
 * One thing that a machine reported: never prose. Rules and models cite facts, and a fact can be read again to see
 * whether it still holds.
 */
export interface Fact {
  /** Dotted name, such as `container.waiting-reason`. */
  readonly name: string
  readonly kind: FactKind
  readonly value: string | number | boolean
  readonly resource?: Resource
  /** ISO 8601 time that the source gave for it. */
  readonly observedAt?: string
  /**
   * How a later reading still counts as the same: `equal` (default) or `at-least` for numbers that only rise.
   * @default 'equal'
   */
  readonly holds?: 'equal' | 'at-least'
}

/** How one measured value went. */
export interface ReadingSeries {
  /** What the values are, such as `error-rate`. */
  readonly name: string
  readonly labels: Labels
  readonly resource?: Resource
  /** Oldest first. Values that are no finite number are left out. */
  readonly points: readonly SeriesPoint[]
}

/** What one read-only tool answered, before the engine stores it. */
export interface Reading {
  readonly facts: readonly Fact[]
  /** Free text for people and models: logs, messages. The engine redacts it and stores it as a blob. */
  readonly text?: string
  /**
   * How measured values went over time. They are kept beside the evidence, and outlive what they were read from; of more than
   * 50 series, or 1,000 points of one, the rest is left out.
   */
  readonly series?: readonly ReadingSeries[]
  /** The object that the reading is about. */
  readonly resource?: Resource
  /** What was left out or could not be read; the reading still counts. */
  readonly warnings?: readonly string[]
}

/** A stored reading. Its facts are data; its text is a blob that can be erased. */
export interface Evidence {
  readonly tenant: string
  readonly id: string
  readonly incidentId: string
  /** The tool that was read; `unknown` when there is none of the name that was asked for. */
  readonly tool: string
  readonly input: JsonObject
  readonly collectedAt: number
  readonly resource?: Resource
  readonly facts: readonly Fact[]
  /** Digest of the blob with the redacted text. */
  readonly text?: string
  readonly warnings: number
  readonly revision: number
}

/** Points at one fact of one piece of evidence. */
export interface Citation {
  readonly evidenceId: string
  /** Index into the evidence's facts; absent when the evidence as a whole is meant. */
  readonly fact?: number
}

/** A fact together with where it stands, so that it can be cited. */
export interface CitableFact extends Fact {
  readonly citation: Citation
  readonly tool: string
}

/** A change that somebody made on purpose: a deployment, a flag, a configuration. */
export interface RecordedChange {
  readonly tenant: string
  readonly id: string
  readonly kind: string
  readonly at: number
  readonly by?: string
  readonly url?: string
  readonly resource?: Resource
  /** Alerts that carry all of these labels may stem from it. */
  readonly labels?: Readonly<Record<string, string>>
  /**
   * `new` until alerts that were there before it are correlated again, `recent` while it may still be a cause, then `old`:
   * correlation reads no old changes.
   */
  readonly state: 'new' | 'recent' | 'old'
  readonly revision: number
}
