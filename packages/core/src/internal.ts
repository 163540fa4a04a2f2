/** Seams for this repository's own tests and measurements. Not published: packages are packed without this entry. */
export { hearPolicies } from './engine/decide/hear-policies.ts'
export { compose } from './engine/host/compose.ts'
export type { Parts } from './engine/parts.ts'
export { decide } from './engine/steps/decide.ts'
export { diagnose } from './engine/steps/diagnose.ts'
export { loadView } from './engine/steps/load.ts'
export type { StepResult, StepView } from './engine/steps/view.ts'
export { checkChange } from './memory/check-change.ts'
