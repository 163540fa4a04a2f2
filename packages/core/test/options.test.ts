import { createMendkit, MendkitError, type MendkitOptions, memoryStore } from '@mendkit/core'
import { simulatedStore } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const work = () => undefined
const part = { spec: 1, id: 'x' }
const action = {
  type: 'shop.fix',
  description: 'fixes the shop',
  risk: 'low',
  params: z.object({}),
  undo: 'restore-before',
  onFailure: 'keep',
  preview: work,
  execute: work,
  observe: work,
}
const detector = { ...part, alerts: work }
const people = { ...part, send: work, reachesPeople: true }
const acting = { autonomy: { 'namespace:shop': 'approve' }, store: simulatedStore(), notifiers: [people] }

function refusal(options: unknown): { path: string | undefined; message: string } {
  try {
    createMendkit(options as MendkitOptions)
  } catch (error) {
    if (!MendkitError.is(error, 'config')) throw error
    expect(error.message).toContain(error.path)
    return { path: error.path, message: error.message }
  }
  throw new Error('these options were accepted')
}

function without(name: string): object {
  return Object.fromEntries(Object.entries(memoryStore()).filter(([key]) => key !== name))
}

/** Options, the path that the error names, and what it says. */
const bad: Readonly<Record<string, readonly [options: unknown, path: string, says?: string | RegExp]>> = {
  'an unknown option': [{ detectors: [] }, 'detectors', 'the options are store, autonomy, integrations'],
  'a store that is none': [{ store: 5 }, 'store'],
  'a store of another version of the port': [{ store: { ...memoryStore(), spec: 2 } }, 'store.spec'],
  'a store that does not say whether it is durable': [{ store: without('durable') }, 'store.durable'],
  'autonomy that is no record': [{ autonomy: 'auto' }, 'autonomy'],
  'autonomy of an unknown level': [{ autonomy: { 'namespace:shop': 'autp' } }, 'autonomy.namespace:shop'],
  'autonomy of an unknown scope': [{ autonomy: { 'team:shop': 'approve' } }, 'autonomy.team:shop'],
  'autonomy of an action that no integration offers': [
    { autonomy: { 'action:shop.fxi': 'suggest' }, integrations: [{ actions: [action] }] },
    'autonomy.action:shop.fxi',
    'no integration offers this action; the actions are shop.fix',
  ],
  'autonomy of an action without integrations': [
    { autonomy: { 'action:shop.fix': 'off' } },
    'autonomy.action:shop.fix',
    'there are no actions',
  ],
  'default autonomy above suggest': [{ ...acting, autonomy: { default: 'auto' } }, 'autonomy.default'],
  'autonomy to act without a store': [{ ...acting, store: undefined }, 'store', 'durable'],
  'autonomy to act on a store that forgets': [{ ...acting, store: memoryStore() }, 'store', 'sqlStore'],
  'autonomy to act without notifiers': [{ ...acting, notifiers: undefined }, 'notifiers', 'reaches people'],
  'autonomy to act with a log for people': [
    { ...acting, notifiers: [{ ...people, reachesPeople: false }] },
    'notifiers',
  ],
  'integrations that are no list': [{ integrations: { detectors: [] } }, 'integrations'],
  'an unknown part of an integration': [{ integrations: [{ detector: [] }] }, 'integrations.0.detector'],
  'a detector without an id': [
    { integrations: [{}, { detectors: [{ spec: 1, alerts: work }] }] },
    'integrations.1.detectors.0.id',
  ],
  'a detector without alerts': [
    { integrations: [{ detectors: [part] }] },
    'integrations.0.detectors.0.alerts',
    'must be a function',
  ],
  'evidence without tools': [
    { integrations: [{ evidence: [{ ...part, gather: work }] }] },
    'integrations.0.evidence.0.tools',
  ],
  'topology without owners': [{ integrations: [{ topology: [part] }] }, 'integrations.0.topology.0.owners'],
  'a remediator without actions': [{ integrations: [{ remediators: [part] }] }, 'integrations.0.remediators.0.actions'],
  'a check of no kind': [
    { integrations: [{ checks: [{ ...part, applies: work, check: work }] }] },
    'integrations.0.checks.0.kind',
  ],
  'a check of an unknown kind': [
    { integrations: [{ checks: [{ ...part, kind: 'helth', applies: work, check: work }] }] },
    'integrations.0.checks.0.kind',
    /symptom.*health/,
  ],
  'a rule without a match': [{ integrations: [{ rules: [{ id: 'r' }] }] }, 'integrations.0.rules.0.match'],
  'a question for credentials that is none': [{ integrations: [{ canRead: true }] }, 'integrations.0.canRead'],
  'an analyzer that does not analyze': [{ analyzers: [part] }, 'analyzers.0.analyze'],
  'policies that are no list': [{ policies: { ...part, decide: work } }, 'policies'],
  'a policy that does not decide': [{ policies: [part] }, 'policies.0.decide'],
  'a notifier that does not say whom it reaches': [
    { notifiers: [{ ...part, send: work }] },
    'notifiers.0.reachesPeople',
  ],
  'a mapping without a resource': [{ settings: { mappings: [{ id: 'm' }] } }, 'settings.mappings.0.resource'],
  'a correlator without keys': [{ settings: { correlators: [part] } }, 'settings.correlators.0.keys'],
  'an unknown setting': [{ settings: { engin: {} } }, 'settings', 'engin'],
  'an unknown setting of a group': [{ settings: { engine: { worker: 1 } } }, 'settings.engine', 'worker'],
  'a setting out of bounds': [{ settings: { engine: { workers: 0 } } }, 'settings.engine.workers'],
  'a text length out of bounds': [{ settings: { engine: { maxTextLength: 10 } } }, 'settings.engine.maxTextLength'],
  'a margin that leaves no time to act': [
    { settings: { engine: { leaseMs: 10_000, leaseMarginMs: 5_000 } } },
    'settings.engine.leaseMarginMs',
    'less than half of leaseMs (10000)',
  ],
  'an unknown part of the system': [{ system: { cloc: {} } }, 'system.cloc'],
  'a clock that is a number': [{ system: { clock: 5 } }, 'system.clock'],
  'a clock without a time': [{ system: { clock: { monotonic: work, sleep: work } } }, 'system.clock.now'],
  'a clock that does not sleep': [{ system: { clock: { now: work, monotonic: work } } }, 'system.clock.sleep'],
  'ids without a next': [{ system: { ids: {} } }, 'system.ids.next'],
  'chance without numbers': [{ system: { random: { hex: work } } }, 'system.random.number'],
  'a log that is a function': [{ system: { log: work } }, 'system.log'],
  'a log without errors': [{ system: { log: { debug: work, info: work, warn: work } } }, 'system.log.error'],
  'telemetry without spans': [{ system: { telemetry: { tracer: {} } } }, 'system.telemetry.span'],
  'two detectors of one name': [
    { integrations: [{ detectors: [detector] }, { detectors: [detector] }] },
    'integrations',
    'two detectors are named x',
  ],
  'two actions of one type': [
    { integrations: [{ actions: [action, action] }] },
    'integrations',
    'two actions are named shop.fix',
  ],
  'two tools of one name': [
    {
      integrations: [
        { evidence: [{ ...part, gather: work, tools: ['a', 'a'].map((name) => ({ name, read: work })) }] },
      ],
    },
    'integrations',
    'two evidence tools are named a',
  ],
  'two analyzers of one name': [
    { analyzers: [1, 2].map(() => ({ ...part, analyze: work })) },
    'analyzers',
    'two analyzers',
  ],
  'two policies of one name': [{ policies: [1, 2].map(() => ({ ...part, decide: work })) }, 'policies', 'two policies'],
  'two notifiers of one name': [{ notifiers: [people, people] }, 'notifiers', 'two notifiers'],
  'two correlators of one name': [
    { settings: { correlators: [1, 2].map(() => ({ ...part, keys: work })) } },
    'settings.correlators',
    'two correlators',
  ],
}

describe('createMendkit refuses, with the path of the option,', () => {
  for (const [what, [options, path, says = '']] of Object.entries(bad)) {
    test(what, () => {
      const { path: named, message } = refusal(options)
      expect(named).toBe(path)
      expect(message).toMatch(says)
    })
  }

  for (const name of Object.keys(memoryStore()).filter(
    (key) => typeof Reflect.get(memoryStore(), key) === 'function',
  )) {
    test(`a store without ${name}`, () => expect(refusal({ store: without(name) }).path).toBe(`store.${name}`))
  }

  test('options that are no object', () => {
    expect(() => createMendkit(null as never)).toThrow(expect.objectContaining({ code: 'config' }))
  })
})

test('createMendkit takes nothing, and everything that is right', () => {
  createMendkit()
  createMendkit({ ...acting, integrations: [{ detectors: [detector], actions: [action] }] } as never)
  createMendkit({ autonomy: { 'action:shop.fix': 'off' }, integrations: [{ actions: [action] }] } as never)
  const remediators = [{ ...part, actions: [action] }]
  createMendkit({ autonomy: { 'action:shop.fix': 'off' }, integrations: [{ remediators }] } as never)
  createMendkit({ settings: { engine: { leaseMs: 10_000, leaseMarginMs: 4_999 } } })
})
