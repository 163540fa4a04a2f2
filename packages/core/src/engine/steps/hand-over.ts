import type { IncidentReason } from '../../model/incident.ts'
import type { Parts } from '../parts.ts'
import { noticeOf } from './notice.ts'
import type { NoticeFacts } from './notice-body.ts'
import { joinResults, moveTo } from './result.ts'
import type { StepResult, StepView } from './view.ts'

/** Leaves an incident to people with a quiet notice: nothing was or will be done. A `failure` is kept in the timeline too. */
export function handOver(
  parts: Parts,
  view: StepView,
  reason: IncidentReason,
  { actions = [], because, failure }: Pick<NoticeFacts, 'actions' | 'because'> & { readonly failure?: string } = {},
): StepResult {
  const matter = `handed-over-${reason}`
  return joinResults(
    noticeOf(parts, view, 'info', { matter, to: 'handed-over', reason, actions, because: failure ?? because }),
    moveTo(parts, view, 'handed-over', { reason, failure }),
  )
}
