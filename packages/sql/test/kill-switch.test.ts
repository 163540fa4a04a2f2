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
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { temporaryFile } from './folder.ts'

const names = Array.from({ length: 40 }, (_, index) => `flag-${index}`)

/** Flags outside, that whoever turns one off has to wait for. */
interface World {
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

/** A worker of its own on the file, as in another process: it shares nothing with others but the flags. */
function startWorker(file: string, world: World): Mendkit {
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
    autonomy: { 'namespace:shop': 'auto' },
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
  onTestFinished(async () => {
    stopping.abort()
    await running
    await mendkit.close()
  })
  return mendkit
}

/** The kinds of the entries, in the order in which they became durable. */
async function logged(mendkit: Mendkit): Promise<readonly string[]> {
  const kinds: string[] = []
  for (;;) {
    const page = await mendkit.audit.read({ from: kinds.length, limit: 500 })
    if (page.length === 0) return kinds
    kinds.push(...page.map(({ bytes }) => (JSON.parse(new TextDecoder().decode(bytes)) as { type: string }).type))
  }
}

test('a switch thrown at one worker stops every worker on the file at that entry of the log, until it is lifted', async () => {
  const file = temporaryFile()
  const gate = Promise.withResolvers<void>()
  const world: World = { turnedOff: new Map(), calls: 0, open: gate.promise }
  const [one, two] = [startWorker(file, world), startWorker(file, world)]
  const alerts = names.map((flag) => ({ labels: { alertname: 'FlagBroken', flag } }))
  await one.ingest({ source: 'am', complete: false, asOf: new Date().toISOString(), alerts })
  // Each worker has four hands, and none comes free before the switch is thrown: most flags are still to come.
  await expect.poll(() => world.calls, { timeout: 30_000 }).toBeGreaterThan(0)
  await two.pause()
  gate.resolve()

  const intended = (kinds: readonly string[]) => kinds.filter((kind) => kind === 'execution-intended').length
  const held = async () => (await one.incidents.list({ phases: ['remediating'], limit: 100 })).length
  await expect.poll(async () => (await held()) + world.turnedOff.size, { timeout: 30_000 }).toBe(names.length)
  const kinds = await logged(one)
  const thrown = kinds.indexOf('engine-paused')
  expect(kinds.slice(thrown)).not.toContain('execution-intended')
  expect(world.turnedOff.size).toBe(intended(kinds.slice(0, thrown)))
  expect(world.turnedOff.size).toBeLessThanOrEqual(8)

  await one.resume()
  await expect.poll(() => world.turnedOff.size, { timeout: 30_000 }).toBe(names.length)
  expect((await two.audit.verify()).verified).toBe(true)
}, 120_000)
