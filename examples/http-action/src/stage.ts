import {
  type Action,
  allowUpTo,
  defineEvidence,
  defineNotifier,
  defineRule,
  defineTool,
  MendkitError,
} from '@mendkit/core'
import { actionFaults, faultyAction, type Simulation, type Stage } from '@mendkit/testkit'
import { z } from 'zod'
import { flagApi } from './flag-api.ts'
import { type FlagClient, flagClient } from './flag-client.ts'
import { flagResource, setFlag } from './set-flag.ts'

const resource = flagResource('new-pricing')

/** The world of the simulator: a host on whose word a bad flag is switched off, while everything goes wrong around it. */
export function flagStage(simulation: Simulation, actionOf: (client: FlagClient) => Action = setFlag): Stage {
  const target = resource.name
  const api = flagApi([target], (changeId) => {
    if (changeId.startsWith('exe_')) simulation.effect({ executionId: changeId, target })
  })
  // The same client and the same service, without a network: in a simulation nothing waits for real input or output.
  const client = flagClient({ url: 'http://flags.example', fetch: api.handle })
  const { signal } = new AbortController()

  function tell(): void {
    const now = new Date(simulation.now()).toISOString()
    const status = api.flag(target)?.on === true ? ('firing' as const) : ('resolved' as const)
    const alerts = [{ labels: { alertname: 'CheckoutBroken' }, status, startsAt: '2026-01-01T00:00:00.000Z' }]
    simulation.desk.ingest({ source: 'am', complete: false, asOf: now, alerts }).catch(() => undefined)
    simulation.later(30_000, 'look again', tell)
  }
  simulation.later(10_000, 'look', tell)

  /** A colleague acts in the same minutes, and the same way; whoever was faster, the flag ends off. */
  async function alice(): Promise<void> {
    const flag = await client.get(target, signal)
    if (flag?.on !== true) return
    try {
      await client.put(target, { on: false, changeId: 'alice' }, flag.etag, signal)
    } catch (error) {
      if (!MendkitError.is(error, 'conflict')) throw error
      simulation.later(5_000, 'alice looks again', alice)
    }
  }
  simulation.later(10_000 + simulation.chance.below(120_000), 'alice switches it off', alice)

  return {
    workers: 2,
    faults: actionFaults,
    host: ({ ports }) => ({
      autonomy: { 'action:flags.set': 'auto' },
      integrations: [
        {
          evidence: [flagEvidence(client)],
          rules: [flagIsOn],
          actions: [faultyAction(simulation, ports, actionOf(client))],
        },
      ],
      policies: [allowUpTo('low')],
      notifiers: [defineNotifier({ id: 'people', reachesPeople: true, send: async () => undefined })],
      settings: {
        engine: { sweepMs: 60_000 },
        correlation: { settleMs: 0 },
        mappings: [{ id: 'flags', resource: () => resource }],
      },
    }),
    isOver: () => api.flag(target)?.on === false,
  }
}

function flagEvidence(client: FlagClient) {
  const read = defineTool({
    name: 'flags.read',
    description: 'Reads the flag.',
    input: z.strictObject({}),
    read: async (_input, { signal }) => {
      const on = (await client.get(resource.name, signal))?.on === true
      return {
        resource,
        facts: [
          { name: 'flag.on', kind: 'status' as const, value: on, resource },
          { name: 'flag.switched', kind: 'change' as const, value: true, resource },
        ],
      }
    },
  })
  return defineEvidence({ id: 'flags', tools: [read], gather: () => [{ tool: 'flags.read', input: {} }] })
}

const flagIsOn = defineRule({
  id: 'flag-is-on',
  description: 'The flag is on.',
  match: ({ facts }) => ({
    seen: facts,
    cause: 'bad-flag',
    summary: 'The checkout fails since the flag was switched on.',
    rootCause: resource,
    actions: [{ type: 'flags.set', params: { flag: resource.name, on: false } }],
  }),
})
