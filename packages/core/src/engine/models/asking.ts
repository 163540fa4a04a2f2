import type { BudgetName, ModelSpending } from '../../model/model-budget.ts'
import type { ModelRequest } from '../../model/model-call.ts'
import type { ModelTurn } from '../../model/model-turn.ts'
import type { LanguageModel } from '../../ports/language-model.ts'
import type { Parts } from '../parts.ts'
import type { StepView } from '../steps/view.ts'
import type { CallSize } from './attempt.ts'

/** Who asks, and in which step. */
export interface Asking {
  readonly parts: Parts
  readonly view: Pick<StepView, 'incident' | 'claim'>
  readonly diagnosisId: string
  /** Id of the analyzer. */
  readonly analyzer: string
}

/** What is asked, and how large it can become. */
export interface Question {
  readonly model: LanguageModel
  readonly request: ModelRequest
  readonly size: CallSize
}

/** A call whose reservation is durable. */
export interface OpenCall {
  readonly turn: ModelTurn
  /** What is set aside for the attempt that is under way. */
  readonly attempt: ModelSpending
  /** The budget that its time ends with. */
  readonly timeBudget: Extract<BudgetName, 'incident-time' | 'day-time'>
}
