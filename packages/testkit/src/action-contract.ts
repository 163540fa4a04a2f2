import assert from 'node:assert/strict'
import type { Action, ActionInput, EffectInput, JsonObject, Preview } from '@mendkit/core'
import { needed, rejectsWith } from './assertions.ts'
import { callContext } from './call-context.ts'
import type { Contract } from './contract.ts'

/** What the contract needs of an action: the action, and a world of its own that it acts on. */
export interface ActionSubject {
  readonly action: Action
  /** Asks for something that the world does not show yet, so that carrying it out has an effect. */
  readonly input: ActionInput
  /** Parameters that its schema refuses. */
  readonly refused: JsonObject
  /** How many effects the world has seen: changes of more than a fence mark. */
  readonly effects: () => number | Promise<number>
  /** Somebody else changes the target, so that every guard that was seen before no longer holds. */
  readonly disturb: () => void | Promise<void>
  /** Somebody else removes the target. */
  readonly remove?: () => void | Promise<void>
  /** From now on the other side takes no effect, as when it is overloaded; it may later. Skip what cannot say so for sure. */
  readonly overload?: () => void | Promise<void>
  /** Effects that `resume` has beside the one of `execute`, each on an object of its own. @default 0 */
  readonly parts?: number
  /** The effect itself removes the target, so that nothing is left that could carry a mark. @default false */
  readonly removes?: boolean
}

/** What every action promises. */
export const actionContract: Contract<ActionSubject> = [
  {
    says: 'has a type, a description, a risk, a way back or a reason why there is none, and prints its parameters',
    async check(make) {
      const { action } = await make()
      assert.match(action.type, /^[a-z0-9-]+(\.[a-z0-9-]+)+$/)
      assert.match(action.description, /\S/)
      assert.ok(['low', 'medium', 'high'].includes(action.risk))
      if (action.undo !== 'restore-before') assert.match(action.undo.irreversible, /\S/)
      assert.equal(action.params['~standard'].jsonSchema.input({ target: 'draft-2020-12' })['type'], 'object')
    },
  },
  {
    says: 'throws invalid for parameters that its schema refuses, and touches nothing',
    async check(make) {
      const { action, input, refused, effects } = await make()
      const error = await rejectsWith(action.preview({ ...input, params: refused }, callContext()), 'invalid')
      assert.match(error.path ?? '', /\S/, 'the error names no field')
      assert.equal(await effects(), 0)
    },
  },
  {
    says: 'previews without an effect, the same for the same world, as JSON',
    async check(make) {
      const { action, input, effects } = await make()
      const first = await action.preview(input, callContext())
      assert.deepEqual(await action.preview(input, callContext()), first)
      for (const part of [first.before, first.after, first.guard]) {
        assert.deepEqual(JSON.parse(JSON.stringify(part)), part)
      }
      assert.notDeepEqual(first.after, first.before, 'the subject must ask for a change')
      assert.equal(await effects(), 0)
    },
  },
  {
    says: 'has one effect when carried out, and sees it: not applied before; after it applied, or gone with its target',
    async check(make) {
      const { action, input, effects, removes = false, parts = 0 } = await make()
      const effect = effectOf(input, await action.preview(input, callContext()))
      assert.equal(await action.observe(effect, callContext()), 'not-applied')
      await action.execute(effect, callContext())
      assert.equal(await effects(), 1)
      await resumed(action, effect)
      assert.equal(await effects(), 1 + parts)
      assert.equal(await action.observe(effect, callContext()), removes ? 'gone' : 'applied')
    },
  },
  {
    says: 'does the rest of an effect of many parts when it is resumed: one effect at most each time, and none once it is whole',
    async check(make) {
      const { action, input, effects, parts = 0 } = await make()
      const effect = effectOf(input, await action.preview(input, callContext()))
      await action.execute(effect, callContext())
      assert.equal((await action.observe(effect, callContext())) === 'under-way', parts > 0)
      assert.equal(action.resume !== undefined, parts > 0, 'an action that can be resumed has `parts`, and no other')
      for (let part = 1; part <= parts; part += 1) {
        await action.resume?.({ ...effect, fence: effect.fence + part }, callContext())
        assert.equal(await effects(), 1 + part)
      }
      await action.resume?.({ ...effect, fence: effect.fence + parts + 1 }, callContext())
      assert.equal(await effects(), 1 + parts)
    },
  },
  {
    says: 'has no further part once what it acts on was fenced, but under a higher fence: conflict',
    async check(make) {
      const { action, input, effects, parts = 0 } = await make()
      const effect = effectOf(input, await action.preview(input, callContext()))
      await action.execute(effect, callContext())
      if (parts === 0) return assert.ok(action.resume === undefined)
      await action.invalidate?.(effect, callContext())
      assert.ok(action.resume !== undefined, 'the action has no `resume`')
      await rejectsWith(action.resume(effect, callContext()), 'conflict')
      assert.equal(await effects(), 1)
      await action.resume?.({ ...effect, fence: effect.fence + 1 }, callContext())
      assert.equal(await effects(), 2)
    },
  },
  {
    says: 'does not take the effect of another execution for its own',
    async check(make) {
      const { action, input } = await make()
      const effect = effectOf(input, await action.preview(input, callContext()))
      await action.execute(effect, callContext())
      const other = { ...effect, executionId: `${effect.executionId}-other` }
      assert.notEqual(await action.observe(other, callContext()), 'applied')
    },
  },
  {
    says: 'has no second effect under the same guard: conflict',
    async check(make) {
      const { action, input, effects } = await make()
      const effect = effectOf(input, await action.preview(input, callContext()))
      await action.execute(effect, callContext())
      await rejectsWith(
        action.execute({ ...effect, executionId: `${effect.executionId}-other` }, callContext()),
        'conflict',
      )
      assert.equal(await effects(), 1)
    },
  },
  {
    says: 'has no effect once somebody else changed the target: conflict',
    async check(make) {
      const { action, input, effects, disturb } = await make()
      const effect = effectOf(input, await action.preview(input, callContext()))
      await disturb()
      await rejectsWith(action.execute(effect, callContext()), 'conflict')
      assert.equal(await effects(), 0)
      assert.notEqual(await action.observe(effect, callContext()), 'applied')
    },
  },
  {
    says: 'neither claims nor denies an effect on a target that somebody else removed, and has none: gone, conflict',
    async check(make) {
      const { action, input, effects, remove } = await make()
      const effect = effectOf(input, await action.preview(input, callContext()))
      await needed(remove, 'remove')()
      assert.equal(await action.observe(effect, callContext()), 'gone')
      await rejectsWith(action.execute(effect, callContext()), 'conflict')
      assert.equal(await effects(), 0)
    },
  },
  {
    says: 'says for sure that nothing happened when the other side takes no effect now: unavailable, with effect none',
    async check(make) {
      const { action, input, effects, overload } = await make()
      const effect = effectOf(input, await action.preview(input, callContext()))
      await needed(overload, 'overload')()
      const error = await rejectsWith(action.execute(effect, callContext()), 'unavailable')
      assert.equal(error.effect, 'none')
      assert.equal(await effects(), 0)
    },
  },
  {
    says: 'makes every earlier guard fail when it invalidates, without an effect',
    async check(make) {
      const { action, input, effects } = await make()
      assert.ok(action.invalidate !== undefined, 'the action has no `invalidate`: skip this clause with a reason')
      const before = await action.preview(input, callContext())
      const effect = effectOf(input, before)
      await action.invalidate?.(effect, callContext())
      await rejectsWith(action.execute(effect, callContext()), 'conflict')
      assert.equal(await effects(), 0)
      const now = await action.preview(input, callContext())
      assert.deepEqual([now.before, now.after], [before.before, before.after])
      assert.notDeepEqual(now.guard, before.guard)
    },
  },
  {
    says: 'restores what was before when before and after are swapped under a fresh guard',
    async check(make) {
      const { action, input, effects, parts = 0 } = await make()
      assert.equal(action.undo, 'restore-before', 'the action is irreversible: skip this clause')
      const original = await action.preview(input, callContext())
      await action.execute(effectOf(input, original), callContext())
      await resumed(action, effectOf(input, original))
      const undo = { ...input, executionId: `${input.executionId}-undo` }
      const now = await action.preview(undo, callContext())
      assert.deepEqual(now.before, original.after, 'after its effect the world must read as the preview said')
      const swapped = {
        ...effectOf(undo, now),
        preview: { before: now.before, after: original.before, guard: now.guard },
      }
      await action.execute(swapped, callContext())
      assert.equal(await effects(), 2 + parts)
      assert.equal(await action.observe(swapped, callContext()), 'applied')
      assert.deepEqual((await action.preview(input, callContext())).before, original.before)
    },
  },
  {
    says: 'has no effect when the caller aborted before, and lets the reason through',
    async check(make) {
      const { action, input, effects } = await make()
      const effect = effectOf(input, await action.preview(input, callContext()))
      const reason = new Error('enough')
      const thrown = await action.execute(effect, callContext({ signal: AbortSignal.abort(reason) })).then(
        () => undefined,
        (error: unknown) => error,
      )
      assert.equal(thrown, reason)
      assert.equal(await effects(), 0)
    },
  },
]

/** Does every part of an effect that is under way, each under a higher fence, as the engine does. */
async function resumed(action: Action, effect: EffectInput): Promise<void> {
  for (let part = 1; (await action.observe(effect, callContext())) === 'under-way'; part += 1) {
    assert.ok(part <= 100, 'the effect is still under way after 100 parts')
    await action.resume?.({ ...effect, fence: effect.fence + part }, callContext())
  }
}

/** The effect that a preview leads to, as the engine asks for it. */
function effectOf(input: ActionInput, preview: Preview): EffectInput {
  const { before, after, guard, target = { ...input.target, labels: {} } } = preview
  return { ...input, target, preview: { before, after, guard }, fence: 1 }
}
