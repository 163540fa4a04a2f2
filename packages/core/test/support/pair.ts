import { type Check, defineAction, defineRule, MendkitError, type Resource } from '@mendkit/core'
import { z } from 'zod'
import { openShop, type Shop } from './shop.ts'

type Name = 'checkout' | 'cart'

/** Two flags that a release turned on together. */
export interface PairWorld {
  readonly flags: Record<Name, { on: boolean; version: number; lastKey: string }>
  /** Health of each flag's service as the check measures it. */
  readonly health: Record<Name, number>
  /** Names of the flags that were written, in order. */
  readonly effects: Name[]
  /** Nobody can tell whether an execution on this flag had its effect. */
  unreadable?: Name | undefined
  /** Writes to this flag are refused. */
  refuses?: Name | undefined
  /** Runs after each write. */
  afterWrite?: ((name: Name) => Promise<void> | void) | undefined
}

/** A world in which both flags are on and all is well. */
export function freshPair(): PairWorld {
  const flag = { on: true, version: 1, lastKey: '' }
  return { flags: { checkout: { ...flag }, cart: { ...flag } }, health: { checkout: 1, cart: 1 }, effects: [] }
}

/** The object of a flag. */
export function flagOf(name: string): Resource {
  return { cluster: 'default', apiVersion: 'shop/v1', kind: 'Flag', namespace: 'shop', name, uid: `uid-${name}` }
}

function turn(world: PairWorld) {
  return defineAction({
    type: 'shop.turn',
    risk: 'low',
    undo: 'restore-before',
    params: z.object({ name: z.enum(['checkout', 'cart']), on: z.boolean() }),
    target: ({ name }) => flagOf(name),
    preview: async ({ params: { name, on } }) => ({
      before: { on: world.flags[name].on },
      after: { on },
      guard: world.flags[name].version,
      target: { ...flagOf(name), labels: {} },
      dryRun: 'done' as const,
    }),
    execute: async ({ params: { name }, preview, executionId }) => {
      if (world.refuses === name) throw new MendkitError('rejected', `flag ${name} is read-only`)
      const { version } = world.flags[name]
      if (version !== preview.guard) throw new MendkitError('conflict', `flag ${name} has another version`)
      world.flags[name] = { on: preview.after.on, version: version + 1, lastKey: executionId }
      world.effects.push(name)
      await world.afterWrite?.(name)
    },
    observe: async ({ params: { name }, executionId }) => {
      if (world.unreadable === name) return 'unknown'
      return world.flags[name].lastKey === executionId ? 'applied' : 'not-applied'
    },
    invalidate: async ({ params: { name } }) => {
      world.flags[name] = { ...world.flags[name], version: world.flags[name].version + 1 }
    },
  })
}

/** An incident about the release turns both flags off; one about a flag turns off that one alone. */
const releaseRule = defineRule({
  id: 'release',
  description: 'a release turned flags on',
  match: ({ facts, incident }) => {
    const about = incident.resource?.name ?? ''
    const names = about === 'release' ? ['checkout', 'cart'] : [about]
    const actions = names.map((name) => ({ type: 'shop.turn', params: { name, on: false } }))
    return { seen: facts, cause: 'bad-release', summary: 'the release broke the shop', actions }
  },
})

function serviceHealth({ health }: PairWorld): Check {
  return {
    spec: 1,
    id: 'service-health',
    kind: 'health',
    applies: () => true,
    async check({ target }) {
      const value = health[target.name as Name]
      const measure = { name: 'ready', value, better: 'higher' as const }
      return { verdict: value >= 1 ? 'good' : 'bad', because: `ready is ${value}`, measure }
    },
  }
}

/** Starts a shop whose plan for the release has two actions. No cooldown, and at most two executions at once. */
export function openPair(
  world: PairWorld,
  execution: { readonly maxReads?: number; readonly cooldownMs?: number; readonly blockedMs?: number } = {},
): Shop {
  return openShop({
    action: turn(world),
    rules: [releaseRule],
    checks: [serviceHealth(world)],
    settings: { execution: { cooldownMs: 0, maxInFlight: 2, ...execution } },
  })
}
