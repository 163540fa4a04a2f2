import { MendkitError } from '../errors.ts'
import { type AutonomyLevel, autonomyLevels, higherLevel, lowerLevel } from '../model/autonomy.ts'
import type { Settings } from '../model/settings.ts'

/** Levels by scope: `default`, `namespace:<name>`, `action:<type>`. */
export type Autonomy = Readonly<Record<string, AutonomyLevel>>

/** How far autonomy may rise by itself, by scope. */
type EarnUpTo = Settings['autonomy']['earnUpTo']

/** What the host says about autonomy. */
export interface ConfiguredAutonomy {
  readonly autonomy: Autonomy
  readonly earnUpTo: EarnUpTo
}

const scopePattern = /^(default|namespace:[^:\s]+|action:[^:\s]+)$/

/** Whether any scope goes beyond suggesting, or may come to, so that the engine needs a durable store and people to reach. */
export function exceedsSuggest({ autonomy, earnUpTo }: ConfiguredAutonomy): boolean {
  const above = Object.values(autonomy).some((level) => level === 'approve' || level === 'auto')
  return above || Object.keys(earnUpTo).length > 0
}

/** Checks the host's autonomy. Throws `config` with the path of the scope that is wrong. */
export function parseAutonomy(input: Readonly<Record<string, unknown>> | undefined): Autonomy {
  const autonomy: Record<string, AutonomyLevel> = { default: 'suggest' }
  for (const [scope, level] of Object.entries(input ?? {})) {
    const path = `autonomy.${scope}`
    if (!scopePattern.test(scope)) {
      throw new MendkitError('config', `${path}: a scope is "default", "namespace:<name>" or "action:<type>"`, { path })
    }
    const known = autonomyLevels.find((each) => each === level)
    if (known === undefined) {
      throw new MendkitError(
        'config',
        `${path}: the level is one of ${autonomyLevels.join(', ')}, not ${JSON.stringify(level)}`,
        { path },
      )
    }
    if (scope === 'default' && lowerLevel(known, 'suggest') !== known) {
      const message = `${path}: may only be "off" or "suggest"; name what may be changed, such as "namespace:shop": "${known}"`
      throw new MendkitError('config', message, { path })
    }
    autonomy[scope] = known
  }
  return autonomy
}

/** Refuses a scope for an action that nothing offers: it would silently have no effect. Throws `config` with its path. */
export function assertActionScopes(of: string, scopes: object, types: readonly string[]): void {
  for (const scope of Object.keys(scopes)) {
    const [kind, type = ''] = scope.split(/:(.*)/s)
    if (kind !== 'action' || types.includes(type)) continue
    const path = `${of}.${scope}`
    const known = types.length === 0 ? 'there are no actions' : `the actions are ${types.join(', ')}`
    throw new MendkitError('config', `${path}: no integration offers this action; ${known}`, { path })
  }
}

/** The level for an incident before any plan is known: that of its namespace, else the default. */
export function levelForNamespace(autonomy: Autonomy, namespace: string | undefined): AutonomyLevel {
  const named = namespace === undefined ? undefined : autonomy[`namespace:${namespace}`]
  return named ?? autonomy['default'] ?? 'suggest'
}

/**
 * The level for an action type in a namespace: `default` yields to the scopes that name either, and of two of these the lower
 * counts. What was earned raises a scope up to its ceiling, never one that is off.
 */
export function levelForScopes(
  { autonomy, earnUpTo }: ConfiguredAutonomy,
  { type, namespace }: { readonly type: string; readonly namespace?: string | undefined },
  earned: AutonomyLevel,
): AutonomyLevel {
  const byDefault = autonomy['default'] ?? 'suggest'
  const named = [`action:${type}`, ...(namespace ? [`namespace:${namespace}`] : [])].flatMap((scope) => {
    const [configured, ceiling] = [autonomy[scope], earnUpTo[scope]]
    const base = configured ?? byDefault
    if (ceiling === undefined) return configured ?? []
    return base === 'off' ? base : higherLevel(base, lowerLevel(earned, ceiling))
  })
  return named.length > 0 ? named.reduce(lowerLevel) : byDefault
}
