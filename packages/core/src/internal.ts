/** Seams for this repository's own tests and measurements. Not published: packages are packed without this entry. */

export { decideByPolicies } from './engine/decide/decide-by-policies.ts'
export { policyInput } from './engine/decide/policy-input.ts'
export { earningPlace } from './engine/earn/place.ts'
export { compose } from './engine/host/compose.ts'
export type { Parts } from './engine/parts.ts'
export { decide } from './engine/steps/decide.ts'
export { diagnose } from './engine/steps/diagnose.ts'
export { loadView } from './engine/steps/load.ts'
export type { StepResult, StepView } from './engine/steps/view.ts'
export { checkChange } from './memory/check-change.ts'
