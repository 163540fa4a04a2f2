import { z } from 'zod'
import type { PlannedAction } from '../../model/plan.ts'
import type { PolicyScope } from '../../model/policy-scope.ts'
import type { Resource } from '../../model/resource.ts'

/** `namespace:<name>` or `action:<type>`, as for autonomy. */
export const scope = z.string().regex(/^(namespace|action):[^:\s]+$/, 'expected "namespace:<name>" or "action:<type>"')

/** Whether an action lies in a scope; everything does when there is none. */
export function inScope(action: PlannedAction, where: string | undefined): boolean {
  if (where === undefined || where === `action:${action.type}`) return true
  return namespacesOf(action).some((namespace) => where === `namespace:${namespace}`)
}

/** The plans in which something lies in a scope; every plan when there is none. */
export function plansIn(where: string | undefined): { readonly appliesTo?: PolicyScope } {
  if (where === undefined) return {}
  const name = where.slice(where.indexOf(':') + 1)
  return { appliesTo: where.startsWith('action:') ? { actionTypes: [name] } : { namespaces: [name] } }
}

/** What an action may change: its target, and what its blast radius names. */
export function touchedBy({ target, blastRadius }: PlannedAction): readonly Resource[] {
  return [target, ...blastRadius.resources]
}

/** The namespaces that an action may change something in, or that it may change themselves. */
export function namespacesOf(action: PlannedAction): readonly string[] {
  return touchedBy(action).flatMap((resource) => namespaceOf(resource) ?? [])
}

/** Where an object lives; a Namespace is its own. Undefined for what lives in the whole cluster. */
export function namespaceOf({ namespace, kind, name }: Resource): string | undefined {
  return namespace ?? (kind === 'Namespace' ? name : undefined)
}
