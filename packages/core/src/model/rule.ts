import type { Symptom } from './alert.ts'
import type { CitableFact, RecordedChange } from './evidence.ts'
import type { IncidentView } from './incident.ts'
import type { JsonObject } from './json.ts'
import type { Resource } from './resource.ts'

/** What a rule may look at. */
export interface RuleView {
  readonly incident: IncidentView
  readonly symptoms: readonly Symptom[]
  readonly facts: readonly CitableFact[]
  readonly changes: readonly RecordedChange[]
}

/** What a rule concludes. `seen` are the facts it rests on: at least one, and at least two of different kinds for an action. */
export interface RuleFinding {
  readonly seen: readonly CitableFact[]
  /** Short code such as `bad-rollout`: letters, digits and `. _ : / -`. A finding with another one is left out. */
  readonly cause: string
  /** One sentence for people. */
  readonly summary: string
  readonly rootCause?: Resource
  /** In order; none means that the finding only explains. */
  readonly actions?: readonly { readonly type: string; readonly params: JsonObject; readonly target?: Resource }[]
  /** True when a person must look. @default false */
  readonly handOver?: boolean
}

/** States what must be seen in evidence, the hypothesis that cites it, and the actions. Pure. */
export interface Rule {
  readonly id: string
  readonly description: string
  /** Undefined when this rule does not explain the incident. A rule that throws is logged and left out. */
  match(view: RuleView): RuleFinding | undefined
}
