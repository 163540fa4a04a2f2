import {
  allowUpTo,
  createMendkit,
  defineAction,
  defineEvidence,
  defineNotifier,
  defineRule,
  type Mendkit,
  type Resource,
  silentLogger,
} from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { expect, onTestFinished } from 'vitest'
import { z } from 'zod'

/** Flags outside, that whoever turns one off has to wait for. */
export interface World {
  /** Which execution turned each flag off. */
  readonly turnedOff: Map<string, string>
  /** How many calls have come. */
  calls: number
  /** What each call waits for. */
  readonly open: Promise<void>
}

function flagOf(name: string): Resource {
  return { cluster: 'shop', apiVersion: 'shop/v1', kind: 'Flag', namespace: 'shop', name, uid: name }
}

/** A worker at work. */
export interface Worker {
  readonly mendkit: Mendkit
  /** Ends it, and lets the file go. */
  stop(): Promise<void>
}

/** A worker of its own on the file, as in another process: it shares nothing with others but the flags. */
export function startWorker(file: string, world: World, level: 'auto' | 'approve' = 'auto'): Worker {
  const turnOff = defineAction({
    type: 'shop.turn-off',
    risk: 'low',
    undo: 'restore-before',
    params: z.object({ flag: z.string() }),
    target: ({ flag }) => flagOf(String(flag)),
    preview: async ({ params }) => ({
      before: { on: !world.turnedOff.has(params.flag) },
      after: { on: false },
      guard: 'on',
      diff: '- on: true\n+ on: false\n',
      target: { ...flagOf(params.flag), labels: {} },
      dryRun: 'done' as const,
    }),
    execute: async ({ params, executionId }) => {
      world.calls += 1
      await world.open
      expect(world.turnedOff.has(params.flag)).toBe(false)
      world.turnedOff.set(params.flag, executionId)
    },
    observe: async ({ params, executionId }) =>
      world.turnedOff.get(params.flag) === executionId ? ('applied' as const) : ('not-applied' as const),
    invalidate: async () => undefined,
  })
  const evidence = defineEvidence({
    id: 'flags',
    tools: [
      {
        name: 'shop.flag',
        description: 'reads a flag',
        input: z.object({ flag: z.string() }),
        read: async ({ flag }: { flag: string }) => ({
          resource: flagOf(flag),
          facts: [
            { name: 'flag.on', kind: 'status' as const, value: !world.turnedOff.has(flag), resource: flagOf(flag) },
            { name: 'flag.turned-on', kind: 'change' as const, value: true, resource: flagOf(flag) },
          ],
          text: `the flag ${flag}`,
        }),
      },
    ],
    gather: async ({ resource }) =>
      resource === undefined ? [] : [{ tool: 'shop.flag', input: { flag: resource.name } }],
  })
  const rule = defineRule({
    id: 'flag-on',
    description: 'a flag that is on',
    match: ({ facts }) => {
      const seen = facts.filter(({ value }) => value === true)
      const rootCause = seen[0]?.resource
      if (rootCause === undefined || seen.length < 2) return undefined
      const actions = [{ type: 'shop.turn-off', params: { flag: rootCause.name } }]
      return { seen, cause: 'bad-flag', summary: 'the flag broke the shop', rootCause, actions }
    },
  })
  const mendkit = createMendkit({
    store: sqlStore(file),
    autonomy: { 'namespace:shop': level },
    integrations: [{ evidence: [evidence], actions: [turnOff], rules: [rule] }],
    policies: [allowUpTo('low')],
    notifiers: [defineNotifier({ id: 'people', reachesPeople: true, send: async () => undefined })],
    settings: {
      engine: { sweepMs: 20 },
      correlation: { settleMs: 0 },
      // Nothing but the switch holds anything back.
      execution: { maxInFlight: 100 },
      mappings: [{ id: 'by-flag', resource: ({ flag }) => (flag === undefined ? undefined : flagOf(flag)) }],
    },
    system: { log: silentLogger },
  })
  const stopping = new AbortController()
  const running = mendkit.run({ signal: stopping.signal })
  const stop = async () => {
    stopping.abort()
    await running
    await mendkit.close()
  }
  onTestFinished(stop)
  return { mendkit, stop }
}
