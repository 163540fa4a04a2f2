export { type Bundle, bundleSchema, parseBundle } from './bundle/bundle.ts'
export { type BundleSource, exportBundle } from './bundle/export-bundle.ts'
export { type Replay, type ReplayOptions, replayBundle } from './bundle/replay-bundle.ts'
export { type DecisionTrace, type TraceDifference, traceHash } from './bundle/trace.ts'
export { type EvaluateOptions, evaluate } from './evaluate.ts'
export { type Answered, calibrationError } from './judge/calibration.ts'
export { judge, type ScenarioResult } from './judge/judge.ts'
export { type EvalSummary, summarise } from './judge/summary.ts'
export { loadScenarios } from './load/load-scenarios.ts'
export type { Loaded } from './load/loaded.ts'
export { type FileModelOptions, fileModel } from './models/file-model.ts'
export { fileReplySchema } from './models/file-reply.ts'
export { ownScenarios } from './own-scenarios.ts'
export { modelOnly, rulesOnly, rulesThenModel } from './play/analyzers.ts'
export type { Gate } from './play/gate.ts'
export { gatedModel } from './play/gate.ts'
export type { FoundHypothesis, FoundIncident, Outcome } from './play/outcome.ts'
export { play } from './play/play.ts'
export type { MakeAnalyzers, PlayOptions } from './play/play-through.ts'
export { parseScenario, readScenarios } from './scenario/read-scenarios.ts'
export {
  type Scenario,
  type ScenarioEntity,
  type ScenarioTruth,
  type ScenarioWorld,
  scenarioSchema,
} from './scenario/schema.ts'
