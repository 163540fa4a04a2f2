import { MendkitError } from '../errors.ts'
import { type AutonomyLevel, lowerLevel, autonomyLevels as order } from '../model/autonomy.ts'
import type { Plan } from '../model/plan.ts'

/** Levels by scope: `default`, `namespace:<name>`, `action:<type>`. */
export type Autonomy = Readonly<Record<string, AutonomyLevel>>

const scopePattern = /^(default|namespace:[^:\s]+|action:[^:\s]+)$/

/** Whether any scope goes beyond suggesting, so that the engine needs a durable store and people to reach. */
export function exceedsSuggest(autonomy: Autonomy): boolean {
  return Object.values(autonomy).some((level) => level === 'approve' || level === 'auto')
}

/** Checks the host's autonomy. Throws `config` with the path of the scope that is wrong. */
export function parseAutonomy(input: Readonly<Record<string, unknown>> | undefined): Autonomy {
  const autonomy: Record<string, AutonomyLevel> = { default: 'suggest' }
  for (const [scope, level] of Object.entries(input ?? {})) {
    const path = `autonomy.${scope}`
    if (!scopePattern.test(scope)) {
      throw new MendkitError('config', `${path}: a scope is "default", "namespace:<name>" or "action:<type>"`, { path })
    }
    const known = order.find((each) => each === level)
    if (known === undefined) {
      throw new MendkitError(
        'config',
        `${path}: the level is one of ${order.join(', ')}, not ${JSON.stringify(level)}`,
        { path },
      )
    }
    if (scope === 'default' && order.indexOf(known) > order.indexOf('suggest')) {
      const message = `${path}: may only be "off" or "suggest"; name what may be changed, such as "namespace:shop": "${known}"`
      throw new MendkitError('config', message, { path })
    }
    autonomy[scope] = known
  }
  return autonomy
}

/** Refuses a scope for an action that nothing offers: it would silently have no effect. Throws `config` with its path. */
export function assertActionScopes(autonomy: Autonomy, types: readonly string[]): void {
  for (const scope of Object.keys(autonomy)) {
    const [kind, type = ''] = scope.split(/:(.*)/s)
    if (kind !== 'action' || types.includes(type)) continue
    const path = `autonomy.${scope}`
    const known = types.length === 0 ? 'there are no actions' : `the actions are ${types.join(', ')}`
    throw new MendkitError('config', `${path}: no integration offers this action; ${known}`, { path })
  }
}

/** The level for an incident before any plan is known: that of its namespace, else the default. */
export function levelForNamespace(autonomy: Autonomy, namespace: string | undefined): AutonomyLevel {
  const named = namespace === undefined ? undefined : autonomy[`namespace:${namespace}`]
  return named ?? autonomy['default'] ?? 'suggest'
}

/** The level for a plan: `default` yields to the others; of several others, and over all actions, the lowest counts. */
export function levelForPlan(autonomy: Autonomy, plan: Pick<Plan, 'actions'>): AutonomyLevel {
  return plan.actions
    .map((action) => {
      const scopes = [
        `action:${action.type}`,
        ...(action.target.namespace ? [`namespace:${action.target.namespace}`] : []),
      ]
      const named = scopes.flatMap((scope) => autonomy[scope] ?? [])
      const level = named.length > 0 ? named.reduce(lowerLevel) : (autonomy['default'] ?? 'suggest')
      return lowerLevel(level, action.autonomyLimit ?? 'auto')
    })
    .reduce(lowerLevel, 'auto')
}
