import {
  type Action,
  type ActionInput,
  type CallContext,
  defineAction,
  type EffectInput,
  type LabelledResource,
  type Preview,
  type Risk,
  resourceKey,
  type Schema,
  type UndoMode,
} from '@mendkit/core'
import { announceEffect } from './announce.ts'
import { ownersWord } from './autonomy-limit.ts'
import { isWorkloadKind, resourceOf } from './cluster-reader.ts'
import { disruptionOf } from './disruption.ts'
import type { CoveringBudget } from './disruption-budgets.ts'
import { type DryRunResult, dryRunWord, tryRemoval } from './dry-run.ts'
import { effectFailure } from './effect-failure.ts'
import { actingClient, type Guard, guardOf, parseGuard, readSince } from './guard.ts'
import type { KubernetesClient, KubernetesObject, WriteOptions } from './kubernetes-client.ts'
import { type Scope, scopeRefusal } from './options.ts'
import { parseWorkload } from './parse-workload.ts'
import { checkTarget, type TargetKind } from './target.ts'
import { type Controller, controllersOf } from './topology.ts'

/** What one way to remove an object finds out about it. */
export interface RemovalView {
  /** The difference: what happens, in one line, and what people should know beside it. */
  readonly words: readonly string[]
  /** Pods that go. */
  readonly replicas: number
  /** Disruption budgets that cover them. */
  readonly budgets: readonly CoveringBudget[] | 'unreadable'
  /** Pods that are ready now among those that go and their like. @default those of the topmost controller, where it is a workload */
  readonly ready?: number | undefined
  readonly risk?: Risk | undefined
  readonly doubts?: readonly string[]
  /** Further fields that an approval is bound to. */
  readonly reads?: { readonly [field: string]: string | null }
  readonly managedBy?: readonly string[]
}

/** An action whose one effect is that an object goes. It leaves no mark of whose it was. */
export interface Removal<Params> {
  readonly type: string
  readonly description: string
  readonly risk: Risk
  readonly kind: TargetKind
  readonly params: Schema<Params>
  readonly undo: UndoMode
  /** The object in one word, as approvals and states name it. */
  readonly subject: 'pod' | 'job'
  /** What happens to it, in one word. */
  readonly done: 'evicted' | 'deleted'
  readonly said: { readonly reason: string; readonly message: string }
  /** Why it must not be done, whatever the dry run says. */
  refusal(object: KubernetesObject, owners: readonly LabelledResource[], params: Params): string | undefined
  /** Reads what it needs beside the object and its controllers. */
  readonly view: (
    object: KubernetesObject,
    owners: readonly LabelledResource[],
    context: CallContext,
  ) => Promise<RemovalView>
  /** The one request. */
  remove(
    client: KubernetesClient,
    object: { readonly namespace: string; readonly name: string },
    guard: Pick<Guard, 'uid' | 'resourceVersion'>,
    options: WriteOptions,
    context: CallContext,
  ): Promise<void>
  /** Makes a request fail that is still under way. */
  invalidate(input: Omit<EffectInput, 'params'>, context: CallContext): Promise<void>
}

/** Makes an action of a way to remove an object. */
export function removalAction<Params>(scope: Scope, removal: Removal<Params>): Action {
  const { type, description, risk, kind, params, undo, said } = removal
  return defineAction({
    type,
    description,
    risk,
    params,
    undo,
    preview: (input: ActionInput<Params>, context): Promise<Preview> =>
      preview(scope, removal, { ...input, target: checkTarget(scope, type, [kind], input.target) }, context),
    async execute({ target, preview: seen, executionId }, context) {
      const named = { namespace: String(target.namespace), name: target.name }
      const { uid, resourceVersion } = parseGuard(seen.guard)
      try {
        await removal.remove(actingClient(scope), named, { uid, resourceVersion }, { executionId }, context)
      } catch (error) {
        throw effectFailure(error)
      }
    },
    // An object that anybody removes looks the same.
    async observe({ target, preview: seen, fenced }, context) {
      const object = await readSince(scope, target, parseGuard(seen.guard), context, fenced)
      const stays = object?.metadata.uid === target.uid && object?.metadata.deletionTimestamp === undefined
      return stays ? 'not-applied' : 'gone'
    },
    invalidate: (input, context) => removal.invalidate(input, context),
    announce: (input, context) => announceEffect(scope, input, said, context),
  })
}

interface Seen {
  readonly controllers: readonly Controller[]
  readonly refused: string | undefined
}

async function preview<Params>(
  scope: Scope,
  removal: Removal<Params>,
  { target, params, executionId }: ActionInput<Params>,
  context: CallContext,
): Promise<Preview> {
  const outside = scopeRefusal(scope, target)
  if (outside !== undefined) return { before: null, after: null, guard: null, refused: outside }
  const named = { namespace: String(target.namespace), name: target.name }
  const look = async (object: KubernetesObject): Promise<Seen> => {
    const controllers = await controllersOf(scope, object, context)
    const owners = controllers.map(({ resource }) => resource)
    const going = object.metadata.deletionTimestamp !== undefined
    const refused = going ? `the ${object.kind} is on its way out already` : removal.refusal(object, owners, params)
    return { controllers, refused }
  }
  const { object, found, dryRun } = await tryRemoval(scope, target, context, look, (client, { uid, resourceVersion }) =>
    removal.remove(client, named, { uid, resourceVersion }, { dryRun: true, executionId }, context),
  )
  return describe(scope, removal, object, found, dryRun, context)
}

async function describe<Params>(
  scope: Scope,
  { subject, done, view: viewOf }: Removal<Params>,
  object: KubernetesObject,
  { controllers, refused: refusal }: Seen,
  dryRun: DryRunResult,
  context: CallContext,
): Promise<Preview> {
  const own = resourceOf(scope, object)
  const owners = controllers.map(({ resource }) => resource)
  const { labels: _, ...top } = owners.at(-1) ?? { ...own, labels: {} }
  const above = controllers.flatMap((each) => each.object ?? []).slice(-1)
  const word = await ownersWord(scope.read, String(own.namespace), [object, ...above], context)
  const unheard = controllers.some(({ unreadable }) => unreadable) ? ['owner-unreadable'] : []
  const view = await viewOf(object, owners, context)
  const refused = refusal ?? (dryRun.kind === 'refused' ? dryRun.because : undefined)
  return {
    before: { [subject]: own.uid, [done]: false },
    after: { [subject]: own.uid, [done]: true },
    guard: guardOf(object),
    target: { ...own, labels: object.metadata.labels ?? {} },
    diff: view.words.join('\n'),
    dryRun: dryRunWord(dryRun),
    approvalFields: { ...view.reads, [subject]: own.uid },
    lockKeys: [...new Set([resourceKey(top), resourceKey(own)])],
    blastRadius: {
      resources: owners.length === 0 ? [own] : [own, top],
      replicas: view.replicas,
      ...disruptionOf({ down: view.replicas, ready: view.ready ?? readyIn(controllers), budgets: view.budgets }),
    },
    doubts: [...word.doubts, ...unheard, ...(view.doubts ?? [])],
    ...(view.managedBy === undefined ? {} : { managedBy: view.managedBy }),
    ...(view.risk === undefined ? {} : { risk: view.risk }),
    ...(word.limit === undefined ? {} : { autonomyLimit: word.limit }),
    ...(refused === undefined ? {} : { refused }),
  }
}

/** Ready pods of the topmost controller; undefined when it is not read, or is no workload. */
function readyIn(controllers: readonly Controller[]): number | undefined {
  const top = controllers.at(-1)?.object
  return top !== undefined && isWorkloadKind(top.kind) ? parseWorkload(top).counts.ready : undefined
}
