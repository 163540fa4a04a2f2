import type { Redacted } from './redacted.ts'
import type { Resource } from './resource.ts'

/** Alert labels; the set of them is the alert's identity at its source. */
export type Labels = Readonly<Record<string, string>>

/**
 * `suppressed` is neither firing nor cleared: somebody silenced, inhibited or muted it. It never opens, resolves or
 * verifies an incident.
 */
export type AlertStatus = 'firing' | 'suppressed' | 'resolved'

/** One alert as a detector or webhook reports it. Times are ISO 8601 with a zone. */
export interface AlertInput {
  /** Must hold a non-empty `alertname`. */
  readonly labels: Labels
  readonly annotations?: Readonly<Record<string, string>>
  /** @default 'firing' */
  readonly status?: AlertStatus
  /** @default the batch's `asOf` */
  readonly startsAt?: string
  /** Only for resolved alerts. @default the batch's `asOf` */
  readonly endsAt?: string
  readonly generatorUrl?: string
}

/** What a source says at one moment. */
export interface AlertBatch {
  /** One name per Alertmanager or other source, the same for its webhook and its poll. */
  readonly source: string
  /** Cluster of alerts that carry no `cluster` label. Absent: the only cluster that the integrations name, else `default`. */
  readonly cluster?: string
  /**
   * True says "this is all that fires at this source". It ends an episode only when the alert was last seen before
   * `asOf` and is missing from two such batches in a row.
   */
  readonly complete: boolean
  /** When the source was asked, or when it told by itself, ISO 8601. */
  readonly asOf: string
  /**
   * `read`: the source was asked, and this is how things stood at `asOf`. `pushed`: notifications that may be doubled or
   * late, so that `asOf` is only when they arrived. A pushed alert that fires with a start that an ended episode covers
   * does not reopen that episode: nothing tells it from a late double, and the resolve that would end it has been already.
   * Only a batch that was read does. @default 'read'
   */
  readonly delivery?: 'read' | 'pushed'
  readonly alerts: readonly AlertInput[]
  /**
   * How many alerts the adapter found at the source that it could not make an `AlertInput` of. They are counted as
   * refused, and a complete batch that has any ends no episode, since one of them may be the alert that is missing.
   * @default 0
   */
  readonly unreadable?: number
}

/** A whole request with alerts that an adapter did not take, so that none of it became a batch. */
export interface RefusedRequest {
  readonly source: string
  /** Why, from a small set of the adapter's own, such as a status code: it becomes the label of a counter. */
  readonly because: string
}

/** An alert of a batch that was not taken, and why. The others of the batch were. */
export interface RefusedAlert {
  readonly index: number
  /** Path of the bad field, such as `alerts[3].labels.alertname`. */
  readonly path: string
  readonly because: string
}

/** What `ingest` answers once the batch is durable. */
export interface IngestResult {
  /** Alerts taken, changed or not. */
  readonly accepted: number
  /** Alerts that opened, changed or ended an episode. */
  readonly changed: number
  readonly refused: readonly RefusedAlert[]
}

/** An alert as stored: the state of its current or latest episode, which is one stretch of firing. */
export interface Alert {
  readonly tenant: string
  /** Digest of source, cluster and label set. */
  readonly id: string
  readonly source: string
  readonly cluster: string
  /** Digest of the label set alone. */
  readonly fingerprint: string
  /** Counts the stretches of firing of this alert, from 1. */
  readonly episode: number
  readonly status: AlertStatus
  readonly labels: Labels
  readonly annotations: Readonly<Record<string, Redacted>>
  readonly startsAt: string
  readonly endsAt?: string
  readonly lastSeenAt: string
  readonly generatorUrl?: Redacted
  /** The object it is about, when that could be told. */
  readonly resource?: Resource
  /** The topmost controller of `resource`; the resource itself when nothing owns it. */
  readonly topmost?: Resource
  /** `pending` until correlated; a sweep picks pending alerts up. */
  readonly correlated: 'pending' | 'done'
  /** The incident that this episode belongs to. */
  readonly incidentId?: string
  /** Complete batches in a row that missed it. */
  readonly missed: number
  readonly revision: number
}

/** Why an alert's episode belongs to an incident. */
export interface Membership {
  readonly tenant: string
  readonly incidentId: string
  readonly alertId: string
  readonly episode: number
  readonly joinedAt: string
  /** Reasons of the correlator, such as `same resource Deployment shop/checkout`. Identifiers only. */
  readonly because: readonly string[]
}

/** Alerts of one name about one topmost resource within an incident, counted. */
export interface Symptom {
  readonly tenant: string
  readonly incidentId: string
  readonly alertname: string
  /** `resourceKey` of the topmost resource; empty when no resource is known. */
  readonly resourceKey: string
  readonly resource?: Resource
  readonly firing: number
  readonly suppressed: number
  /** Episodes that ever joined. */
  readonly total: number
}

/** Text that identifies a symptom within its incident. */
export function symptomKey(symptom: Pick<Symptom, 'alertname' | 'resourceKey'>): string {
  return `${symptom.alertname}@${symptom.resourceKey}`
}
