import {
  type Action,
  allowUpTo,
  defineAction,
  defineEvidence,
  defineNotifier,
  defineRule,
  MendkitError,
  type Resource,
} from '@mendkit/core'
import { actionFaults, faultyAction, type Simulation, type Stage } from '@mendkit/testkit'
import { z } from 'zod'

const resource: Resource = { cluster: 'default', apiVersion: 'flags/v1', kind: 'Flag', name: 'checkout', uid: 'flag-1' }

/** A flag service with versions, that says of each change who made it. */
export interface FlagService {
  flag: { on: boolean; version: number; writtenBy: string }
  set(on: boolean, write: { ifVersion: unknown; by: string }): void
  touch(): void
}

/** The action of a host that switches flags. */
export function setFlag(flags: FlagService): Action {
  return defineAction({
    type: 'flags.set',
    description: 'Switches the flag.',
    risk: 'low',
    undo: 'restore-before',
    params: z.strictObject({ on: z.boolean() }),
    preview: async ({ params }) => ({
      before: { on: flags.flag.on },
      after: { on: params.on },
      guard: flags.flag.version,
      target: { ...resource, labels: {} },
      dryRun: 'done',
    }),
    execute: async ({ preview, executionId }) =>
      flags.set(preview.after.on, { ifVersion: preview.guard, by: executionId }),
    observe: async ({ executionId }) => (flags.flag.writtenBy === executionId ? 'applied' : 'not-applied'),
    invalidate: async () => flags.touch(),
  })
}

/** A host whose bad flag an action of its own switches off. */
export function flagStage(simulation: Simulation, actionOf: (flags: FlagService) => Action = setFlag): Stage {
  const flags: FlagService = {
    flag: { on: true, version: 1, writtenBy: '' },
    set(on, { ifVersion, by }) {
      if (ifVersion !== undefined && ifVersion !== flags.flag.version) {
        throw new MendkitError('conflict', 'the flag has another version')
      }
      flags.flag = { on, version: flags.flag.version + 1, writtenBy: by }
      simulation.effect({ executionId: by, target: 'checkout' })
    },
    touch() {
      flags.flag = { ...flags.flag, version: flags.flag.version + 1 }
    },
  }
  const evidence = defineEvidence({
    id: 'flags',
    tools: [
      {
        name: 'flags.read',
        description: 'reads the flag',
        input: z.object({}),
        read: async () => ({
          resource,
          facts: [
            { name: 'flag.on', kind: 'status' as const, value: flags.flag.on, resource },
            { name: 'flag.turned-on', kind: 'change' as const, value: true, resource },
          ],
          text: 'the flag',
        }),
      },
    ],
    gather: async () => [{ tool: 'flags.read', input: {} }],
  })
  const rule = defineRule({
    id: 'flag-on',
    description: 'the flag is on',
    match: ({ facts }) => ({
      seen: facts,
      cause: 'bad-flag',
      summary: 'the flag is bad',
      rootCause: resource,
      actions: [{ type: 'flags.set', params: { on: false } }],
    }),
  })

  function tell(): void {
    const now = new Date(simulation.now()).toISOString()
    const status = flags.flag.on ? ('firing' as const) : ('resolved' as const)
    const alerts = [{ labels: { alertname: 'CheckoutBroken' }, status, startsAt: '2026-01-01T00:00:00.000Z' }]
    // A webhook that is lost is told again at the next look.
    simulation.desk.ingest({ source: 'am', complete: false, asOf: now, alerts }).catch(() => undefined)
    simulation.later(30_000, 'tell', tell)
  }
  simulation.later(10_000, 'tell', tell)

  return {
    workers: 2,
    faults: actionFaults,
    host: ({ ports }) => ({
      autonomy: { 'action:flags.set': 'auto' },
      integrations: [
        { evidence: [evidence], actions: [faultyAction(simulation, ports, actionOf(flags))], rules: [rule] },
      ],
      policies: [allowUpTo('low')],
      notifiers: [defineNotifier({ id: 'people', reachesPeople: true, send: async () => undefined })],
      settings: {
        engine: { sweepMs: 60_000 },
        correlation: { settleMs: 0 },
        mappings: [{ id: 'flags', resource: () => resource }],
      },
    }),
    isOver: () => simulation.ledger.incidents.size > 0,
  }
}
