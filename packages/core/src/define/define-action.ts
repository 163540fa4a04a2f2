import { z } from 'zod'
import type { JsonObject } from '../model/json.ts'
import type { BlastRadius, Preview, Risk } from '../model/plan.ts'
import type { Resource } from '../model/resource.ts'
import { once } from '../once.ts'
import type { Action, ActionInput, EffectInput, UndoMode } from '../ports/action.ts'
import type { CallContext } from '../ports/context.ts'
import type { Observation } from '../ports/observation.ts'
import type { Schema } from '../ports/schema.ts'
import { parseValue } from './parse-value.ts'
import { functionSchema, idSchema, readOptions, standardSchema } from './read-options.ts'

/** What `defineAction` takes. `Params` comes from the schema, `Seen` from what `preview` returns. */
export interface ActionDefinition<Params, Seen extends Preview> {
  /** Unique across all integrations, such as `shop.set-flag`. */
  readonly type: string
  /** For the catalogue that people and models read. @default the type */
  readonly description?: string
  /** The least risk it has, whatever its preview shows. */
  readonly risk: Risk
  /** Validates the parameters of every call, and documents them. */
  readonly params: Schema<Params>
  /** `restore-before` executes with before and after swapped; or why it cannot be undone, and then it always asks. */
  readonly undo: UndoMode
  /** What to do when it did not help and made nothing worse. @default 'keep' */
  readonly onFailure?: 'undo' | 'keep'
  /** The object it acts on. @default the incident's resource */
  readonly target?: (params: Params) => Resource | undefined
  /** @default the target, or the type for an action without a target */
  readonly lockKeys?: (params: Params, target: Resource) => readonly string[]
  /** @default the target and one replica */
  readonly blastRadius?: (params: Params, target: Resource) => BlastRadius
  /** Reads and dry-runs; changes nothing. */
  preview(input: ActionInput<Params>, ctx: CallContext): Promise<Seen>
  /** Makes the effect, only under `preview.guard`; see `Action.execute` for what its errors mean. */
  execute(input: EffectInput<Params, Seen>, ctx: CallContext): Promise<unknown>
  /** What the world shows about the execution; see `Action.observe`. */
  observe(input: EffectInput<Params, Seen>, ctx: CallContext): Promise<Observation>
  /** Does one more part of an effect of many parts; see `Action.resume`. */
  readonly resume?: (input: EffectInput<Params, Seen>, ctx: CallContext) => Promise<unknown>
  /** Makes every earlier guard on the target fail. Without it, the action always asks. */
  readonly invalidate?: (input: EffectInput<Params, Seen>, ctx: CallContext) => Promise<unknown>
  /** Tells people at the target what was done. */
  readonly announce?: (input: EffectInput<Params, Seen>, ctx: CallContext) => Promise<unknown>
}

const shape = once(() =>
  z.strictObject({
    type: idSchema,
    description: z.string().optional(),
    risk: z.enum(['low', 'medium', 'high']),
    params: standardSchema,
    undo: z.union([z.literal('restore-before'), z.strictObject({ irreversible: z.string().min(1) })], {
      error: "expected 'restore-before' or { irreversible: 'why' }",
    }),
    onFailure: z.enum(['undo', 'keep']).optional(),
    target: functionSchema.optional(),
    lockKeys: functionSchema.optional(),
    blastRadius: functionSchema.optional(),
    preview: functionSchema,
    execute: functionSchema,
    observe: functionSchema,
    resume: functionSchema.optional(),
    invalidate: functionSchema.optional(),
    announce: functionSchema.optional(),
  }),
)

/**
 * Makes an action whose types flow from the schema to `preview` and on to `execute`, `observe` and `invalidate`. Every
 * call first lets the reason of an abort through, then validates the parameters and throws `invalid` with their path.
 * Throws `config` for a wrong definition.
 */
export function defineAction<Params, Seen extends Preview>(definition: ActionDefinition<Params, Seen>): Action {
  readOptions('defineAction', shape(), definition)
  const { type, risk, undo, target, lockKeys, blastRadius, resume, invalidate, announce } = definition
  const parse = (params: JsonObject) => parseValue(type, 'params', definition.params, params)
  const typed = (input: EffectInput, { signal }: CallContext) => {
    signal.throwIfAborted()
    return { ...input, params: parse(input.params) } as EffectInput<Params, Seen>
  }
  return {
    type,
    description: definition.description ?? type,
    risk,
    params: definition.params,
    undo,
    onFailure: definition.onFailure ?? 'keep',
    ...(target && { target: (params) => target(parse(params)) }),
    ...(lockKeys && { lockKeys: (params, on) => lockKeys(parse(params), on) }),
    ...(blastRadius && { blastRadius: (params, on) => blastRadius(parse(params), on) }),
    async preview(input, ctx) {
      ctx.signal.throwIfAborted()
      return definition.preview({ ...input, params: parse(input.params) }, ctx)
    },
    execute: async (input, ctx) => void (await definition.execute(typed(input, ctx), ctx)),
    observe: async (input, ctx) => definition.observe(typed(input, ctx), ctx),
    ...(resume && { resume: async (input, ctx) => void (await resume(typed(input, ctx), ctx)) }),
    ...(invalidate && { invalidate: async (input, ctx) => void (await invalidate(typed(input, ctx), ctx)) }),
    ...(announce && { announce: async (input, ctx) => void (await announce(typed(input, ctx), ctx)) }),
  }
}
