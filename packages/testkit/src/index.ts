export { type ActionSubject, actionContract } from './action-contract.ts'
export { type AnalyzerSubject, analyzerContract } from './analyzer-contract.ts'
export { type AnchorSinkSubject, anchorSinkContract } from './anchor-sink-contract.ts'
export { leaksNot, rejectsWith } from './assertions.ts'
export { callContext } from './call-context.ts'
export { type CheckQuestion, type CheckSubject, checkContract } from './check-contract.ts'
export { type ClockSubject, clockContract } from './clock/clock-contract.ts'
export { type VirtualClock, virtualClock } from './clock/virtual-clock.ts'
export { type Clause, type Contract, holdsTo, type Skips, type TestFunction } from './contract.ts'
export { type CorrelatorSubject, correlatorContract } from './correlator-contract.ts'
export { type DetectorSubject, detectorContract } from './detector-contract.ts'
export { type EvidenceSubject, evidenceContract } from './evidence-contract.ts'
export { type HeartbeatSubject, heartbeatContract } from './heartbeat-contract.ts'
export { type IdsSubject, idsContract } from './ids-contract.ts'
export { type InvestigationGiven, investigationOf } from './investigation.ts'
export { type KeyCertifierSubject, keyCertifierContract } from './key-certifier-contract.ts'
export type { AccessRule, SimulatedUser } from './kubernetes/access.ts'
export type { SimulatedRequest } from './kubernetes/audit.ts'
export { kubernetesClientContract } from './kubernetes/client-contract.ts'
export { type PlayedOperation, playRandomOperations } from './kubernetes/client-differential.ts'
export type { ClientSubject } from './kubernetes/contract-subject.ts'
export type { FaultPlan, SimulatedFault, SimulatedVerb } from './kubernetes/faults.ts'
export type { ContainerBehaviour, SimulatedImage } from './kubernetes/images.ts'
export type {
  SimulatedAccessQuestion,
  SimulatedClient,
  SimulatedNewEvent,
  SimulatedNewObject,
  SimulatedObject,
  SimulatedPatch,
  SimulatedPatchOperation,
  SimulatedPreconditions,
  SimulatedReference,
  SimulatedSelection,
  SimulatedWatchEvent,
  SimulatedWriteOptions,
} from './kubernetes/shapes.ts'
export {
  type Manifest,
  type SimulatedCluster,
  type SimulatedClusterOptions,
  simulatedCluster,
  simulatedFenceAnnotation,
} from './kubernetes/simulated-cluster.ts'
export type { TimeSource } from './kubernetes/timeline.ts'
export { languageModelContract, languageModelWireContract } from './language-model/language-model-contract.ts'
export {
  type ModelSituation,
  type Pace,
  type PlayedAnswer,
  type PlayedFailure,
  type PlayedReply,
  type PlayedThinking,
  type PlayedToolCall,
  type PlayedUsage,
  played,
  playedCookie,
  playedRequestId,
  playedUsage,
  type RefusedFor,
} from './language-model/situation.ts'
export type {
  LanguageModelSubject,
  ReceivedModelRequest,
  ReceivedResult,
  ReceivedTurn,
  ServedModel,
} from './language-model/subject.ts'
export { type LoggerSubject, loggerContract } from './logger-contract.ts'
export { aMirrorBatch, type MirrorSinkSubject, mirrorSinkContract } from './mirror-sink-contract.ts'
export { readModelScript } from './model/read-model-script.ts'
export type {
  ModelScript,
  ScriptedError,
  ScriptedFacts,
  ScriptedModelOptions,
  ScriptedReply,
  ScriptedToolCall,
} from './model/script.ts'
export { type ScriptedModel, type ScriptedTurn, scriptedModel } from './model/scripted-model.ts'
export { scriptedModelSubject } from './model/scripted-subject.ts'
export { type NotifierSubject, notifierContract, type ReceivedNotice } from './notifier-contract.ts'
export { type PolicySubject, policyContract } from './policy-contract.ts'
export { plannedAction, policyInput } from './policy-input.ts'
export { type RandomSubject, randomContract } from './random-contract.ts'
export { signerContract } from './signer-contract.ts'
export { type Chance, seededChance } from './simulator/chance.ts'
export type {
  Complaints,
  Evidence,
  SentEffect,
  SimulatedEffect,
  SimulationCheck,
  Violation,
} from './simulator/check.ts'
export type { Fault, FaultBook, FaultKind, FaultPlace } from './simulator/fault.ts'
export { actionFaults, faultyAction } from './simulator/faulty-action.ts'
export {
  type ArrivedWrite,
  clusterFaults,
  faultyCluster,
  laggingReads,
  type WireWatch,
} from './simulator/faulty-cluster.ts'
export type { TakenChange } from './simulator/faulty-store.ts'
export type { Ledger, TakenEntry } from './simulator/ledger.ts'
export type { Call, Life } from './simulator/life.ts'
export type { Ports } from './simulator/ports.ts'
export type { Operation, Orphan, Scheduler } from './simulator/scheduler.ts'
export { type ShrunkSimulation, shrinkSimulation } from './simulator/shrink.ts'
export { type SimulateOptions, type SimulationReport, simulate } from './simulator/simulate.ts'
export type { Sender, Simulation, Stage, WorkerParts } from './simulator/simulation.ts'
export { type AttackedStore, attackedLogKeys, auditAttackContract } from './store/attack-contract.ts'
export type { LogRows } from './store/attack-rows.ts'
export { verifyLog } from './store/audit-clauses.ts'
export { testCheckpoint, testSigner } from './store/log-key.ts'
export { type SimulatedStore, simulatedStore } from './store/simulated-store.ts'
export { storeContract } from './store/store-contract.ts'
export type { StoreSubject } from './store/subject.ts'
export { type CertifierFault, type TestKeyCertifier, testKeyCertifier } from './test-key-certifier.ts'
export { type TimeZonesSubject, timeZonesContract } from './time-zones-contract.ts'
export { type TopologySubject, topologyContract } from './topology-contract.ts'
