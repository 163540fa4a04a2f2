import type { ModelRequest } from '../../model/model-call.ts'
import type { ModelAnswer } from '../../ports/investigation.ts'
import type { LanguageModel, ModelCallContext } from '../../ports/language-model.ts'
import { hideInRequest } from '../../redact/hide-in-request.ts'
import { callPort } from '../call.ts'
import type { Parts } from '../parts.ts'
import type { StepView } from '../steps/view.ts'

/** Asks a model within the budgets of the incident and its tenant. */
export async function askModel(
  parts: Parts,
  _view: StepView,
  model: LanguageModel,
  request: ModelRequest,
  ctx: ModelCallContext,
): Promise<ModelAnswer> {
  const what = `model ${model.id}`
  const asked = parts.hide === undefined ? request : hideInRequest(request, parts.hide)
  const reply = await callPort(parts, what, ctx, (within) => model.generate(asked, { ...ctx, ...within }))
  return { kind: 'replied', reply }
}
