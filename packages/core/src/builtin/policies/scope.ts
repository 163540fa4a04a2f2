import { z } from 'zod'
import type { PlannedAction } from '../../model/plan.ts'
import type { Resource } from '../../model/resource.ts'

/** `namespace:<name>` or `action:<type>`, as for autonomy. */
export const scope = z.string().regex(/^(namespace|action):[^:\s]+$/, 'expected "namespace:<name>" or "action:<type>"')

/** Whether an action lies in a scope; everything does when there is none. */
export function inScope(action: PlannedAction, where: string | undefined): boolean {
  if (where === undefined || where === `action:${action.type}`) return true
  return touchedBy(action).some(({ namespace }) => where === `namespace:${namespace}`)
}

/** What an action may change: its target, and what its blast radius names. */
export function touchedBy({ target, blastRadius }: PlannedAction): readonly Resource[] {
  return [target, ...blastRadius.resources]
}
