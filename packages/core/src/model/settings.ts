import type { Labels } from './alert.ts'
import type { ModelPrice, PricedModel } from './model-budget.ts'
import type { Resource } from './resource.ts'
import type { RetentionPolicy } from './retention.ts'

/** Maps alerts of the host's own vocabulary to objects; the first that answers counts, before the common label sets. */
export interface ResourceMapping {
  readonly id: string
  /** Undefined when this mapping has nothing to say. Pure. */
  resource(labels: Labels, cluster: string): Resource | undefined
}

/** Whom to tell of an incident, and whom next when nobody answers. */
export interface EscalationPolicySettings {
  readonly id: string
  /** Prometheus matchers that all hold for one alert of the incident. Absent: it is for every incident. */
  readonly match?: readonly string[]
  readonly tiers: readonly { readonly notifiers: readonly string[]; readonly acknowledgeMs: number }[]
  readonly repeats: number
  readonly quietHours?: {
    readonly windows: readonly { readonly pattern: string; readonly timeZone: string }[]
    readonly waits: 'info' | 'info-and-ask'
  }
}

/** What calls of models may use. Absent: no bound. */
export interface ModelBudgets {
  readonly tokens: number
  readonly calls?: number
  /** Time in calls. */
  readonly ms?: number
  readonly microUsd?: number
}

/** Times, budgets and bounds with every default filled in. All times in milliseconds. */
export interface Settings {
  readonly environment?: string
  readonly engine: {
    readonly workers: number
    readonly sweepMs: number
    readonly leaseMs: number
    readonly leaseMarginMs: number
    readonly drainMs: number
    readonly portTimeoutMs: number
    readonly maxTextLength: number
  }
  readonly intake: {
    readonly maxAlertsPerBatch: number
    readonly maxPendingBatches: number
    readonly maxLabelsPerAlert: number
    readonly ignore: readonly string[]
    readonly maxLabelBytes: number
  }
  readonly correlation: {
    readonly windowMs: number
    readonly labels: readonly string[]
    readonly ownersWaitMs: number
    readonly settleMs: number
  }
  readonly diagnosis: {
    readonly minIntervalMs: number
    readonly maxPerIncident: number
    readonly retryMs: number
    readonly timeoutMs: number
    readonly maxEvidence: number
  }
  readonly models: {
    readonly perIncident: ModelBudgets & { readonly calls: number; readonly ms: number }
    readonly perDay: ModelBudgets
    readonly mostOutputTokens: number
    readonly prices: readonly PricedModel[]
    readonly unknownPrice: ModelPrice
  }
  readonly decision: { readonly lookBackMs: number }
  readonly autonomy: {
    readonly earnUpTo: Readonly<Record<string, 'approve' | 'auto'>>
    readonly approveAfter: number
    readonly approveBound: number
    readonly autoAfter: number
    readonly autoBound: number
  }
  readonly approval: { readonly expiresInMs: number }
  readonly execution: {
    readonly callTimeoutMs: number
    readonly maxSends: number
    readonly maxReads: number
    readonly readEveryMs: number
    readonly resumeForMs: number
    readonly maxParts: number
    readonly reachMs: number
    readonly blockedMs: number
    readonly maxInFlight: number
    readonly maxReplicasInFlight: number
    readonly cooldownMs: number
    readonly maxVoids: number
  }
  readonly verification: { readonly deadlineMs: number; readonly soakMs: number; readonly everyMs: number }
  readonly hold: { readonly ms: number }
  readonly audit: {
    readonly anchorEveryMs: number
    readonly anchorAlarmMs: number
    /** Absent: no effect waits until its intent is anchored. */
    readonly anchorBefore?: 'low' | 'medium' | 'high'
    readonly anchorQuorum: number
  }
  /** Absent: every notifier gets every notice, a page once. */
  readonly escalation?: { readonly policies: readonly EscalationPolicySettings[] }
  readonly retention: RetentionPolicy & {
    readonly everyMs: number
    readonly batchRows: number
    readonly stepMs: number
    readonly texts: 'keep' | 'erase'
    readonly tenants: Readonly<Record<string, Partial<RetentionPolicy>>>
  }
  readonly notices: { readonly maxAttempts: number; readonly retryMs: number }
}
