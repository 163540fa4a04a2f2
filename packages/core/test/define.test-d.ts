import {
  type Action,
  allowUpTo,
  askAbove,
  type Detector,
  defineAction,
  defineDetector,
  defineEvidence,
  defineNotifier,
  definePolicy,
  defineRule,
  defineTool,
  type EvidenceSource,
  type Notifier,
  onlyInNamespaces,
  type Policy,
  type Rule,
} from '@mendkit/core'
import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'

declare const queue: { depth(): Promise<number> }
declare const flags: {
  get(flag: string): Promise<{ on: boolean; version: string; lastKey: string }>
  set(
    flag: string,
    to: { on: boolean },
    options: { ifMatch: string; key: string; signal: AbortSignal },
  ): Promise<{ version: string }>
  touch(flag: string): Promise<void>
}

// biome-ignore format: written as the guide writes it
const setFlag = defineAction({                                        // types flow: params → preview → execute and observe
  type: 'shop.set-flag', risk: 'low', undo: 'restore-before', params: z.object({ flag: z.string(), on: z.boolean() }),
  preview: async ({ params }) => { const now = await flags.get(params.flag)
    return { before: { on: now.on }, after: { on: params.on }, guard: now.version } },
  execute: ({ params, preview, executionId }, { signal }) =>
    flags.set(params.flag, preview.after, { ifMatch: preview.guard, key: executionId, signal }),
  observe: async ({ params, executionId }) => (await flags.get(params.flag)).lastKey === executionId ? 'applied' : 'not-applied',
  invalidate: ({ params }) => flags.touch(params.flag),
})
// biome-ignore format: written as the guide writes it
const queueDepth = defineDetector({ id: 'queue-depth', every: '15s', poll: async () =>
  (await queue.depth()) > 10_000 ? [{ labels: { alertname: 'QueueDeep', service: 'checkout' } }] : [] })
// biome-ignore format: written as the guide writes it
const askCheckout = definePolicy({ id: 'ask-checkout', decide: ({ plan }) => plan.actions.some((a) => a.target.labels['team'] === 'checkout')
  ? { kind: 'ask', because: 'checkout wants to know', approvers: ['checkout-oncall'] } : { kind: 'abstain' } })

test('the examples of the guide are an action, a detector and policies', () => {
  expectTypeOf(setFlag).toEqualTypeOf<Action>()
  expectTypeOf(queueDepth).toEqualTypeOf<Detector>()
  expectTypeOf(askCheckout).toEqualTypeOf<Policy>()
  expectTypeOf([allowUpTo('low'), askAbove('low'), onlyInNamespaces('shop')]).toEqualTypeOf<Policy[]>()
})

const base = { type: 'shop.scale', risk: 'medium', params: z.object({ replicas: z.number() }) } as const

test('an irreversible action states why, and a preview may say more than its guard', () => {
  defineAction({
    ...base,
    undo: { irreversible: 'messages are gone once dropped' },
    onFailure: 'keep',
    preview: async ({ params, target }, { signal }) => {
      expectTypeOf(params).toEqualTypeOf<{ replicas: number }>()
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
      return {
        before: 2,
        after: params.replicas,
        guard: { version: 7 },
        target: { ...target, labels: {} },
        diff: '-2\n+3',
        doubts: ['unusual'],
      }
    },
    execute: async ({ preview, fence }) => {
      expectTypeOf(preview.before).toEqualTypeOf<number>()
      expectTypeOf(preview.guard).toEqualTypeOf<{ version: number }>()
      expectTypeOf(fence).toEqualTypeOf<number>()
    },
    observe: async () => 'unknown',
  })
})

test('wrong parameters, wrong preview fields and wrong answers do not compile', () => {
  defineAction({
    ...base,
    undo: 'restore-before',
    // @ts-expect-error the schema has no `size`
    preview: async ({ params }) => ({ before: 1, after: params.size, guard: 1 }),
    execute: async () => undefined,
    observe: async () => 'applied',
  })
  defineAction({
    ...base,
    undo: 'restore-before',
    preview: async () => ({ before: { on: true }, after: { on: false }, guard: 'v1', diff: 'x' }),
    execute: async ({ preview }) => {
      // @ts-expect-error `after` has no `off`
      const off: unknown = preview.after.off
      // @ts-expect-error only before, after and guard are kept between preview and effect
      const diff: unknown = preview.diff
      // @ts-expect-error the guard is a text
      const guard: number = preview.guard
      return [off, diff, guard]
    },
    observe: async () => 'applied',
  })
  defineAction({
    ...base,
    undo: 'restore-before',
    // @ts-expect-error a preview has a guard
    preview: async () => ({ before: 1, after: 2 }),
    execute: async () => undefined,
    // @ts-expect-error no such observation
    observe: async () => 'maybe',
  })
  // @ts-expect-error an action says how it is undone
  defineAction({
    ...base,
    preview: async () => ({ before: 1, after: 2, guard: 3 }),
    execute: async () => undefined,
    observe: async () => 'applied',
  })
  // @ts-expect-error a length of time has a unit
  defineDetector({ id: 'queue', every: '15', poll: () => [] })
  // @ts-expect-error an ask says why
  definePolicy({ id: 'ask', decide: () => ({ kind: 'ask' }) })
})

test('each tool of an evidence source reads what its own schema says', () => {
  const source = defineEvidence({
    id: 'shop',
    tools: [
      defineTool({
        name: 'shop.queue',
        input: z.object({ queue: z.string() }),
        read: async (input) => {
          expectTypeOf(input).toEqualTypeOf<{ queue: string }>()
          return { facts: [{ name: 'queue.depth', kind: 'metric', value: 3 }] }
        },
      }),
      defineTool({
        name: 'shop.flag',
        input: z.object({ flag: z.number() }),
        // @ts-expect-error the schema has no `name`
        read: ({ name }) => ({ facts: [{ name, kind: 'status', value: true }] }),
      }),
    ],
    gather: ({ resource }) => (resource === undefined ? [] : [{ tool: 'shop.queue', input: { queue: resource.name } }]),
  })
  expectTypeOf(source).toEqualTypeOf<EvidenceSource>()
})

test('rules and notifiers need no types of their own', () => {
  const rule = defineRule({
    id: 'queue-deep',
    match: ({ facts }) => {
      const seen = facts.filter((fact) => fact.name === 'queue.depth')
      return seen.length === 0 ? undefined : { seen, cause: 'queue-deep', summary: 'The queue is deep.' }
    },
  })
  expectTypeOf(rule).toEqualTypeOf<Rule>()
  const notifier = defineNotifier({
    id: 'pager',
    send: async ({ title }) => void expectTypeOf(title).toExtend<string>(),
  })
  expectTypeOf(notifier).toEqualTypeOf<Notifier>()
})
