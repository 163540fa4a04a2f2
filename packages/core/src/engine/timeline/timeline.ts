import type { CallContext } from '../../ports/context.ts'
import type { Parts } from '../parts.ts'
import { collectTimeline } from './collect.ts'
import { renderTimeline } from './render.ts'
import type { Timeline } from './shape.ts'

export type * from './shape.ts'

/**
 * An incident told from the beginning: as data, or as the draft of a postmortem in Markdown. Erased and altered texts are
 * marked as such. Throws `not-found` when the tenant has no such incident.
 */
export async function timeline(
  parts: Pick<Parts, 'store' | 'clock'>,
  tenant: string,
  incidentId: string,
  { format }: { readonly format: 'json' | 'markdown' },
  ctx: CallContext,
): Promise<Timeline | string> {
  const collected = await collectTimeline(parts, tenant, incidentId, ctx)
  return format === 'markdown' ? renderTimeline(collected) : collected
}
