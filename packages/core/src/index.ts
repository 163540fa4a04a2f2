export { blobDigest } from './audit/blob-digest.ts'
export { type CertifierKey, parseCertifierKey } from './audit/certifier-key.ts'
export { type Checkpoint, parseCheckpoint } from './audit/checkpoint.ts'
export { type CheckpointLog, readCheckpoint } from './audit/checkpoint-log.ts'
export type { AnchorComparison } from './audit/compare-anchor.ts'
export { type AnyAuditDraft, entryText } from './audit/entry-text.ts'
export type { AuditFinding, AuditProblem } from './audit/findings.ts'
export type { SinkComparison } from './audit/follow-sink.ts'
export { headRoot } from './audit/frontier.ts'
export type { KeyCertification } from './audit/key-certificates.ts'
export { type KeyStatement, keyStatement, parseKeyCertificate } from './audit/key-statement.ts'
export { assertWritable } from './audit/log-epoch.ts'
export type { LogEpoch } from './audit/log-epochs.ts'
export { logOrigin } from './audit/log-origin.ts'
export { type NoteSignature, signNote } from './audit/note.ts'
export { type OcsfEvent, toOcsf } from './audit/ocsf/to-ocsf.ts'
export { type OpenedNote, openNote } from './audit/open-note.ts'
export { type AuditEntry, parseAuditEntry } from './audit/parse-entry.ts'
export { assertSameRoot } from './audit/read-anchor.ts'
export { emptyAuditHead, type SealedEntries, sealEntries, sha256 } from './audit/seal.ts'
export { toEvent } from './audit/to-event.ts'
export { parseVerifierKey, type VerifierKey, verifierKeyOf, verifierKeyText } from './audit/verifier-key.ts'
export { type AuditRange, type AuditVerification, type AuditVerifyOptions, verifyAudit } from './audit/verify.ts'
export { alertCleared } from './builtin/alert-cleared.ts'
export { combineDecisions, type PolicyVoice } from './builtin/combine-decisions.ts'
export { confidenceOf, hypothesisConfidence, type PastOutcome, planConfidence } from './builtin/confidence.ts'
export { type CorrelateByLabelsOptions, correlateByLabels } from './builtin/correlate-by-labels.ts'
export { type LabelPredicate, labelSelector } from './builtin/label-selector.ts'
export { logNotifier } from './builtin/log-notifier.ts'
export { modelAnalyzer } from './builtin/model-analyzer/model-analyzer.ts'
export type { ModelAnalyzerOptions } from './builtin/model-analyzer/options.ts'
export { type BlastRadiusCapOptions, blastRadiusCap } from './builtin/policies/blast-radius-cap.ts'
export type { Per } from './builtin/policies/counted.ts'
export {
  type PolicyDocument,
  type PolicyDocumentEntry,
  policiesFrom,
  policyDocumentSchema,
} from './builtin/policies/document.ts'
export {
  type CooldownOptions,
  cooldown,
  type RateLimitOptions,
  rateLimit,
  tooMuchBroken,
} from './builtin/policies/rates.ts'
export { type AskOptions, allowUpTo, askAbove, riskCeiling } from './builtin/policies/risk.ts'
export { type RiskCeilings, type RiskCeilingsOptions, riskCeilings } from './builtin/policies/risk-ceilings.ts'
export { allowAction, onlyInNamespaces, onlyKinds, onlyLabelled } from './builtin/policies/targets.ts'
export { changeFreeze, type Freeze, onlyDuring } from './builtin/policies/times.ts'
export { precedentAnalyzer } from './builtin/precedent-analyzer.ts'
export { ruleAnalyzer } from './builtin/rule-analyzer.ts'
export { safetyPolicies } from './builtin/safety-policies.ts'
export { type ActionDefinition, defineAction } from './define/define-action.ts'
export { type DetectorDefinition, defineDetector } from './define/define-detector.ts'
export { defineEvidence, type EvidenceDefinition } from './define/define-evidence.ts'
export { defineNotifier, type NotifierDefinition } from './define/define-notifier.ts'
export { definePolicy, type PolicyDefinition } from './define/define-policy.ts'
export { defineRule, type RuleDefinition } from './define/define-rule.ts'
export { defineTool, type ToolDefinition } from './define/define-tool.ts'
export type { Duration } from './define/duration.ts'
export { readOptions } from './define/read-options.ts'
export { type AnchorStatus, anchorStatus } from './engine/anchors/anchor-status.ts'
export {
  type ApprovalHandlerOptions,
  type ApprovalHost,
  approvalHandler,
} from './engine/approval-page/approval-handler.ts'
export type { Authenticate } from './engine/authenticate.ts'
export type { Autonomy } from './engine/autonomy.ts'
export { type LabelResolution, resolveLabels } from './engine/correlate/resolve-labels.ts'
export type { PolicyVerdict, SimulatedDecision } from './engine/decide/simulate.ts'
export type { Erasure } from './engine/erase/erase.ts'
export type { ErasureRequest, ErasureSelector } from './engine/erase/selector.ts'
export type { EventOf, Listener } from './engine/feed/listeners.ts'
export { type SseOptions, sse, type Watchable } from './engine/feed/sse.ts'
export type { WatchOptions } from './engine/feed/tail.ts'
export type {
  AlertHistoryPage,
  AlertHistoryQuery,
  SeriesHistoryPage,
  SeriesHistoryQuery,
} from './engine/history/filter.ts'
export type { ApprovalAnswer, ApprovalQuestion, ApprovalRejection, Approvals } from './engine/host/approvals-face.ts'
export type { Audit } from './engine/host/audit-face.ts'
export type { Executions } from './engine/host/executions-face.ts'
export type { Health, KeyCertifierHealth, SinkHealth } from './engine/host/health.ts'
export type { History } from './engine/host/history-face.ts'
export type { Acknowledgement, Reassignment, Snooze } from './engine/host/hold-incident.ts'
export type { IncidentQuery, Incidents } from './engine/host/incidents-face.ts'
export { createMendkit, type IngestOptions, type Mendkit } from './engine/host/mendkit.ts'
export type { HostSettings, MendkitOptions, SystemOptions } from './engine/host/options.ts'
export type { ChangeInput } from './engine/host/record-change.ts'
export type { PolicySimulation, PolicySimulationQuery } from './engine/host/simulate-policy.ts'
export type { MirrorHealth } from './engine/mirror/lag.ts'
export type { ExplainedPrompt } from './engine/models/explain-prompt.ts'
export { recordedTurns } from './engine/models/read-turns.ts'
export type { Report, ReportEarned, ReportNumbers, ReportQuery, ReportRow } from './engine/report/shape.ts'
export { type SettingsInput, settingsSchema } from './engine/settings.ts'
export {
  type OtelHistogram,
  type OtelMeter,
  type OtelSpan,
  type OtelTracer,
  type OtelValue,
  otelTelemetry,
} from './engine/telemetry/otel.ts'
export type * from './engine/timeline/shape.ts'
export type { CountedRows, FailedNotices, UnansweredEscalations } from './engine/work/vitals.ts'
export { type ErrorCode, MendkitError, type MendkitErrorOptions } from './errors.ts'
export { checkCount, checkDuration, checkLimit, checkTime } from './memory/check-read.ts'
export { commitInGroups, type GroupCommit, type GroupOutcome, type RunGroup } from './memory/commit-in-groups.ts'
export { memoryAnchors } from './memory/memory-anchors.ts'
export { type MemoryState, memoryState } from './memory/memory-state.ts'
export { memoryStore, storeOverMemory } from './memory/memory-store.ts'
export { type SymptomName, symptomOf } from './memory/symptom-of.ts'
export type * from './model/alert.ts'
export { symptomKey } from './model/alert.ts'
export type * from './model/approval.ts'
export { approvalStates } from './model/approval.ts'
export type * from './model/approver-group.ts'
export type * from './model/audit-entry.ts'
export type { AutonomyLevel } from './model/autonomy.ts'
export type { Blocker } from './model/blocker.ts'
export type * from './model/change.ts'
export type * from './model/command.ts'
export {
  type Confidence,
  type Diagnosis,
  type Hypothesis,
  type PartialReason,
  type ProposedAction,
  partialReasons,
} from './model/diagnosis.ts'
export { type Documents, type DocumentTable, documentIndex, documentTables, prunedState } from './model/documents.ts'
export type * from './model/earned-autonomy.ts'
export type * from './model/erasure.ts'
export type * from './model/escalation.ts'
export type * from './model/event.ts'
export type * from './model/evidence.ts'
export {
  type Execution,
  type ExecutionState,
  executionStates,
  type MeasureReading,
  unfinishedExecutionStates,
} from './model/execution.ts'
export type * from './model/history.ts'
export { historyBounds, historyIndex, historyOf, historyPlace } from './model/history.ts'
export type * from './model/incident.ts'
export type { Json, JsonObject } from './model/json.ts'
export type * from './model/lock.ts'
export type * from './model/log-key.ts'
export {
  type BudgetName,
  budgetNames,
  type ModelPrice,
  type ModelSpending,
  type PricedModel,
} from './model/model-budget.ts'
export type * from './model/model-call.ts'
export {
  type EndedModelTurnState,
  type ModelTurn,
  type ModelTurnState,
  modelTurnStates,
  type RecordedModelName,
  type RecordedTurn,
} from './model/model-turn.ts'
export type * from './model/notice.ts'
export { everyNudge, type Nudge, nudgesOf } from './model/nudge.ts'
export type { Permission } from './model/permission.ts'
export { hasArrow, type Phase, phases, phaseTable } from './model/phase.ts'
export type * from './model/plan.ts'
export { higherRisk } from './model/plan.ts'
export type * from './model/policy-history.ts'
export type * from './model/policy-scope.ts'
export type { Precedent, PrecedentFact } from './model/precedent.ts'
export { hostPrincipal, type Principal } from './model/principal.ts'
export type { AnswerRefusalCode, CommandRefusal, VoidReason } from './model/reasons.ts'
export type { Redacted, RedactedJson } from './model/redacted.ts'
export { describeResource, type LabelledResource, type Resource, resourceKey } from './model/resource.ts'
export type * from './model/retention.ts'
export type * from './model/rule.ts'
export { type Partition, restoredSetting, type Setting } from './model/setting.ts'
export type { EscalationPolicySettings, ModelBudgets, ResourceMapping, Settings } from './model/settings.ts'
export type * from './model/suggestion.ts'
export type * from './ports/action.ts'
export type * from './ports/alert-store.ts'
export type * from './ports/analysis.ts'
export type * from './ports/analyzer.ts'
export type * from './ports/anchor-sink.ts'
export type * from './ports/audit-store.ts'
export type * from './ports/certifier.ts'
export type * from './ports/check.ts'
export type * from './ports/clock.ts'
export type { CallContext, LogFields, Logger, TraceContext } from './ports/context.ts'
export type * from './ports/correlator.ts'
export type * from './ports/detector.ts'
export type * from './ports/document-store.ts'
export type * from './ports/evidence-source.ts'
export type * from './ports/heartbeat.ts'
export type * from './ports/history-store.ts'
export type * from './ports/integration.ts'
export type * from './ports/investigation.ts'
export type * from './ports/key-certifier.ts'
export type * from './ports/language-model.ts'
export type * from './ports/lease-store.ts'
export type * from './ports/mirror-sink.ts'
export type * from './ports/notifier.ts'
export type * from './ports/observation.ts'
export type * from './ports/policy.ts'
export type * from './ports/reauthenticate.ts'
export type * from './ports/remediator.ts'
export type * from './ports/schema.ts'
export type * from './ports/signer.ts'
export type * from './ports/store.ts'
export type * from './ports/telemetry.ts'
export type * from './ports/time-zones.ts'
export type * from './ports/topology.ts'
export type * from './ports/work-queue.ts'
export { fenceUntrusted } from './redact/fence.ts'
export type { InstructionSign } from './redact/instruction-signs.ts'
export { type LogTemplate, type LogTemplates, logTemplates, reduceLog } from './redact/log-templates.ts'
export { errorText, type MessageValue, message } from './redact/message.ts'
export { pseudonymize } from './redact/pseudonyms.ts'
export { redact } from './redact/redact.ts'
export { redactJson, redactObject } from './redact/redact-json.ts'
export { redactTogether } from './redact/redact-together.ts'
export { suspectsInstruction } from './redact/suspects-instruction.ts'
export { corruptRow } from './stored/corrupt.ts'
export {
  readAlert,
  readBlobText,
  readDocument,
  readHistory,
  readResource,
  readTexts,
  type StoredRow,
} from './stored/read-stored.ts'
export { type ConsoleLoggerOptions, consoleLogger } from './system/console-logger.ts'
export { type CronConstructor, type CronMatcher, cronTimeZones } from './system/cron-time-zones.ts'
export { type Ed25519SignerOptions, ed25519Signer } from './system/ed25519-signer.ts'
export { type FileAnchorsOptions, fileAnchors } from './system/file-anchors.ts'
export { type FileMirrorOptions, fileMirror } from './system/file-mirror.ts'
export { type FileSignerOptions, fileSigner } from './system/file-signer.ts'
export { silentLogger } from './system/silent-logger.ts'
export { systemClock } from './system/system-clock.ts'
export { systemIds } from './system/system-ids.ts'
export { systemRandom } from './system/system-random.ts'
export { timeOrderedIds } from './system/time-ordered-ids.ts'
export { type CircuitBreakerOptions, circuitBreaker } from './wrap/circuit-breaker.ts'
export { type ConcurrencyLimitOptions, concurrencyLimit } from './wrap/concurrency-limit.ts'
export { type DeadlineOptions, deadline } from './wrap/deadline.ts'
export { describedInText } from './wrap/described-in-text.ts'
export { type FallbackOptions, fallback } from './wrap/fallback.ts'
export {
  type RecordedFailure,
  type RecordedModel,
  type RecordedModelCall,
  type RecordedOutcome,
  readModelCall,
} from './wrap/model-record.ts'
export { type ModelStackOptions, modelStack } from './wrap/model-stack.ts'
export { recording } from './wrap/recording.ts'
export { replaying } from './wrap/replaying.ts'
export { type RetryOptions, retrying } from './wrap/retrying.ts'
export { traced } from './wrap/traced.ts'
