import type { IncidentView } from '../model/incident.ts'
import type { JsonObject } from '../model/json.ts'
import type { BlastRadius, Preview, Risk } from '../model/plan.ts'
import type { LabelledResource, Resource } from '../model/resource.ts'
import type { CallContext } from './context.ts'
import type { Observation } from './observation.ts'
import type { Schema } from './schema.ts'

/** What an action is asked to look at. */
export interface ActionInput<Params = JsonObject> {
  readonly params: Params
  readonly target: Resource
  readonly incident: IncidentView
  readonly executionId: string
  /** The time that annotations and timestamps of the effect must carry, ms since 1970. */
  readonly mintedAt: number
}

/** What an action is asked to carry out: exactly what was previewed, under the guard of that preview. */
export interface EffectInput<Params = JsonObject, Seen extends Preview = Preview> extends ActionInput<Params> {
  readonly target: LabelledResource
  readonly preview: Pick<Seen, 'before' | 'after' | 'guard'>
  /** Rising number of the first lock key; an effect or fence mark carries it. */
  readonly fence: number
  /** Present once `invalidate` has done its work: what still looks as the guard demands is an old reading, and proves nothing. */
  readonly fenced?: true
}

/** How an execution is undone: `restore-before` swaps before and after; otherwise why it cannot be undone. */
export type UndoMode = 'restore-before' | { readonly irreversible: string }

/** One kind of effect, of a remediator's catalogue. Every effect is conditional on its preview's guard. */
export interface Action {
  /** Unique across all remediators, such as `kubernetes.rollout-undo`. */
  readonly type: string
  readonly description: string
  /** The least risk it has, whatever its preview shows. */
  readonly risk: Risk
  readonly params: Schema
  readonly undo: UndoMode
  /** What to do when it did not help and made nothing worse. @default 'keep' */
  readonly onFailure: 'undo' | 'keep'
  /** The object it acts on. @default the incident's resource */
  target?(params: JsonObject): Resource | undefined
  /** @default the target, or the type for an action without a target */
  lockKeys?(params: JsonObject, target: Resource): readonly string[]
  /** @default the target and one replica */
  blastRadius?(params: JsonObject, target: Resource): BlastRadius
  /**
   * Reads and dry-runs; changes nothing. Must answer the same for the same world, params and `mintedAt`. Throws
   * `unavailable` to be asked again later; any other failure hands the incident over, and an answer that is not well-formed
   * is refused.
   */
  preview(input: ActionInput, ctx: CallContext): Promise<Preview>
  /**
   * Makes the effect, at most once and only under the guard. Throws `conflict` when the guard did not hold and nothing
   * happened, `rejected` when the other side refused and nothing happened, `unavailable` with `effect: 'none'` when
   * certainly nothing happened and the same may work later: it is then sent again under a fresh intent, once everything
   * was looked at anew and not before `retryAfterMs` is over, at most `settings.execution.maxSends` times. Any other
   * failure means that the outcome is unknown, and is observed.
   */
  execute(input: EffectInput, ctx: CallContext): Promise<void>
  /** Reads the world, after a call or after a crash. Throws only when it cannot be read now. Any other answer is `unknown`. */
  observe(input: EffectInput, ctx: CallContext): Promise<Observation>
  /**
   * Does one more part of an effect that the world shows as `under-way`: one change at most, of an object that no other part
   * changes, under a condition of its own. Each part has an intent of its own, with a higher `fence`; a part whose objects
   * were fenced by `invalidate` under its own `fence` or a higher one must do nothing. Throws as `execute` does.
   */
  resume?(input: EffectInput, ctx: CallContext): Promise<void>
  /**
   * Makes every earlier guard on the target fail without changing what it does, so that a request still under way can
   * no longer succeed. Without it, an unknown outcome always escalates and the action always asks.
   */
  invalidate?(input: EffectInput, ctx: CallContext): Promise<void>
  /** Tells people at the target what was done, such as a Kubernetes Event. Failing is logged and stops nothing. */
  announce?(input: EffectInput, ctx: CallContext): Promise<void>
}
