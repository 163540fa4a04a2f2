import type { AlertBatch } from '../model/alert.ts'
import type { ResourceMapping, Settings } from '../model/settings.ts'
import type { Action } from '../ports/action.ts'
import type { Analyzer } from '../ports/analyzer.ts'
import type { AnchorSink } from '../ports/anchor-sink.ts'
import type { Certifier } from '../ports/certifier.ts'
import type { Check } from '../ports/check.ts'
import type { Clock, Ids, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/context.ts'
import type { Correlator } from '../ports/correlator.ts'
import type { Detector } from '../ports/detector.ts'
import type { EvidenceSource, EvidenceTool } from '../ports/evidence-source.ts'
import type { Heartbeat } from '../ports/heartbeat.ts'
import type { Integration } from '../ports/integration.ts'
import type { KeyCertifier } from '../ports/key-certifier.ts'
import type { MirrorSink } from '../ports/mirror-sink.ts'
import type { Notifier } from '../ports/notifier.ts'
import type { Reauthenticate } from '../ports/reauthenticate.ts'
import type { Remediator } from '../ports/remediator.ts'
import type { LogKeys } from '../ports/signer.ts'
import type { Store } from '../ports/store.ts'
import type { Telemetry } from '../ports/telemetry.ts'
import type { TimeZones } from '../ports/time-zones.ts'
import type { Topology } from '../ports/topology.ts'
import type { HideKnown } from '../redact/hide-known.ts'
import type { AnchorStates } from './anchors/anchor-state.ts'
import type { Autonomy } from './autonomy.ts'
import type { PolicySet } from './decide/policy-set.ts'
import type { PseudonymKeyOf } from './diagnose/pseudonym-keys.ts'
import type { PrintSchema } from './diagnose/schema-printer.ts'
import type { EscalationPolicy } from './escalation/policies.ts'
import type { Metrics } from './metrics.ts'

/** Everything that the steps of the engine work with, composed once from the host's options. */
export interface Parts {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly random: Random
  readonly timeZones: TimeZones
  readonly log: Logger
  readonly metrics: Metrics
  /** Takes the host's own secrets out of texts. Absent: the host named none. */
  readonly hide?: HideKnown
  /** Absent: nobody outside is told that the engine works. */
  readonly heartbeat?: Heartbeat
  /** Absent: nothing is traced. */
  readonly telemetry?: Telemetry
  /** Where the logs are taken to as well. */
  readonly mirrors: readonly MirrorSink[]
  /** The keys that the store signs the audit log with. */
  readonly logKeys: LogKeys
  /** Where checkpoints are put outside the database. */
  readonly anchors: readonly AnchorSink[]
  /** What this process knows of them. */
  readonly anchorStates: AnchorStates
  /** Absent: nobody co-signs what is anchored. */
  readonly certifier?: Certifier
  /** Absent: nobody certifies the keys of the logs. */
  readonly keyCertifier?: KeyCertifier
  readonly settings: Settings
  readonly autonomy: Autonomy
  readonly clusters: readonly string[]
  readonly mappings: readonly ResourceMapping[]
  /** Absent: an approval of high risk needs no second proof. */
  readonly reauthenticate?: Reauthenticate
  readonly correlators: readonly Correlator[]
  readonly detectors: readonly Detector[]
  readonly evidenceSources: readonly EvidenceSource[]
  readonly tools: ReadonlyMap<string, EvidenceTool>
  readonly topologies: readonly Topology[]
  readonly remediators: readonly Remediator[]
  readonly actions: ReadonlyMap<string, Action>
  /** Of the parameters of actions and the input of tools. */
  readonly printSchema: PrintSchema
  readonly pseudonymKeyOf: PseudonymKeyOf
  readonly checks: readonly Check[]
  readonly analyzers: readonly Analyzer[]
  readonly policies: PolicySet
  /** Digest of the policies' ids, versions and scopes, the autonomy and the environment: an approval dies when it changes. */
  readonly policyVersion: string
  readonly notifiers: readonly Notifier[]
  /** In order: the first that matches an incident counts. */
  readonly escalation: readonly EscalationPolicy[]
  readonly integrations: readonly Integration[]
  /** Tells the worker that something is due. Cheap, never throws; a lost one costs a sweep. */
  nudge(): void
}

/** A batch with the tenant it belongs to. */
export interface TenantBatch extends AlertBatch {
  readonly tenant: string
}
