import type { ModelSpending } from '../../model/model-budget.ts'
import type { ModelRequest } from '../../model/model-call.ts'
import type { CallContext } from '../../ports/context.ts'
import type { ModelAnswer } from '../../ports/investigation.ts'
import type { LanguageModel, ModelCallContext } from '../../ports/language-model.ts'
import type { Parts } from '../parts.ts'
import type { StepView } from '../steps/view.ts'
import { documentsOf } from '../timeline/rows.ts'
import { askModel } from './ask-model.ts'
import { sumSpending } from './spending.ts'

/** What one diagnosis asks of models, and what that costs. */
export interface ModelLedger {
  /** Id of the diagnosis; minted when it is first needed. */
  readonly diagnosisId: () => string
  readonly ask: (
    analyzer: string,
    model: LanguageModel,
    request: ModelRequest,
    ctx: ModelCallContext,
  ) => Promise<ModelAnswer>
  /** What its calls, and all calls of the incident, cost; undefined when it made none. */
  readonly spending: (
    ctx: CallContext,
  ) => Promise<{ readonly diagnosis: ModelSpending; readonly incident: ModelSpending } | undefined>
}

/** Opens the ledger of a diagnosis. */
export function modelLedger(parts: Parts, view: Pick<StepView, 'incident' | 'claim'>): ModelLedger {
  let id: string | undefined
  let isUsed = false
  const diagnosisId = () => {
    id ??= parts.ids.next('dia')
    return id
  }
  return {
    diagnosisId,
    ask(analyzer, model, request, ctx) {
      isUsed = true
      return askModel({ parts, view, analyzer, diagnosisId: diagnosisId() }, model, request, ctx)
    },
    async spending(ctx) {
      if (!isUsed) return undefined
      const turns = await documentsOf(parts.store, 'turn', view.incident, ctx)
      const own = turns.filter((turn) => turn.diagnosisId === id)
      if (own.length === 0) return undefined
      return { diagnosis: sum(own), incident: sum(turns) }
    },
  }
}

function sum(turns: readonly { readonly spending: ModelSpending }[]): ModelSpending {
  return sumSpending(turns.map(({ spending }) => spending))
}
