import type { Redacted } from '../../model/redacted.ts'
import { untilAnchored, waitsForAnchor } from '../anchors/until-anchored.ts'
import type { Parts } from '../parts.ts'
import type { StepView, SwitchReading } from '../steps/view.ts'
import type { DurableIntent } from './intend.ts'

/** What keeps the call of a durable intent from being made. */
type HeldBack =
  | { readonly kind: 'no' }
  /** Its anchor did not come in time, and nothing was sent. */
  | { readonly kind: 'unanchored'; readonly because: Redacted }
  /** While it waited somebody threw the kill switch, or took the incident over or back. */
  | { readonly kind: 'switched' }

/** Waits until the intent of an effect of such a risk is anchored, and then looks at the switches once more. */
export async function heldBack(parts: Parts, view: StepView, { execution, seq }: DurableIntent): Promise<HeldBack> {
  if (!waitsForAnchor(parts, execution.risk)) return { kind: 'no' }
  const because = await untilAnchored(parts, execution.tenant, seq, view.ctx)
  if (because !== undefined) return { kind: 'unanchored', because }
  const moved = await Promise.all([view.pause, view.holder].map((reading) => hasMoved(parts, view, reading)))
  return { kind: moved.includes(true) ? 'switched' : 'no' }
}

async function hasMoved(parts: Parts, { incident, ctx }: StepView, { id, revision }: SwitchReading): Promise<boolean> {
  const now = await parts.store.get('setting', incident.tenant, id, ctx)
  return (now?.revision ?? 0) !== revision
}
