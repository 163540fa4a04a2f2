import {
  type Action,
  type ActionInput,
  type CallContext,
  defineAction,
  type LabelledResource,
  type Preview,
  type Resource,
  type Risk,
  resourceKey,
  type UndoMode,
} from '@mendkit/core'
import { z } from 'zod'
import { announceEffect } from './announce.ts'
import { ownersWord } from './autonomy-limit.ts'
import { resourceOf } from './cluster-reader.ts'
import { type DryRunResult, dryRunWord, tryRemoval } from './dry-run.ts'
import { effectFailure } from './effect-failure.ts'
import { fencePod } from './fence-pod.ts'
import { actingClient, fenceText, type Guard, guardOf, parseGuard, readTarget } from './guard.ts'
import { isKnownKind } from './kinds.ts'
import type { KubernetesClient, KubernetesObject, WriteOptions } from './kubernetes-client.ts'
import { type Scope, scopeRefusal } from './options.ts'
import { checkTarget, POD } from './target.ts'
import { ownersOf } from './topology.ts'

type PodName = { readonly namespace: string; readonly name: string }

/** What one way to remove a pod finds out about it by itself. */
export interface RemovalView {
  readonly risk?: Risk | undefined
  readonly doubts?: readonly string[]
  readonly notes?: readonly string[]
  /** Further fields that an approval is bound to. */
  readonly reads?: { readonly [field: string]: string }
}

/** An action whose one effect is that a pod goes, so that its controller makes another. */
export interface PodRemoval {
  readonly type: string
  readonly description: string
  readonly risk: Risk
  readonly undo: UndoMode
  /** What happens to the pod, in one word: `evicted`. Also the name of the field that an approval is bound to. */
  readonly done: 'evicted' | 'deleted'
  readonly said: { readonly reason: string; readonly message: string }
  /** Reads what it needs beside the pod and its controllers. */
  view?(pod: KubernetesObject, context: CallContext): Promise<RemovalView>
  /** The one request. */
  remove(
    client: KubernetesClient,
    pod: PodName,
    guard: Guard,
    options: WriteOptions,
    context: CallContext,
  ): Promise<void>
}

/** Makes an action of a way to remove a pod. Refused for a pod that nobody would make again, and one of its node. */
export function podRemoval(scope: Scope, removal: PodRemoval): Action {
  const { type, description, risk, undo, said } = removal
  return defineAction({
    type,
    description,
    risk,
    params: z.strictObject({}),
    undo,
    preview: (input: ActionInput<object>, context): Promise<Preview> =>
      preview(scope, removal, checkTarget(scope, type, [POD], input.target), input.executionId, context),
    async execute({ target, preview: seen, executionId }, context) {
      const pod = { namespace: String(target.namespace), name: target.name }
      try {
        await removal.remove(actingClient(scope), pod, parseGuard(seen.guard), { executionId }, context)
      } catch (error) {
        throw effectFailure(error)
      }
    },
    // It leaves no mark of whose it was, and a pod that anybody removes looks the same.
    async observe({ target }, context) {
      const pod = await readTarget(scope, target, context)
      const stays = pod?.metadata.uid === target.uid && pod?.metadata.deletionTimestamp === undefined
      return stays ? 'not-applied' : 'gone'
    },
    invalidate: (input, context) => fencePod(scope, input.target, fenceText(input), context),
    announce: (input, context) => announceEffect(scope, input, said, context),
  })
}

async function preview(
  scope: Scope,
  removal: PodRemoval,
  target: Resource,
  executionId: string,
  context: CallContext,
): Promise<Preview> {
  const outside = scopeRefusal(scope, target)
  if (outside !== undefined) return { before: null, after: null, guard: null, refused: outside }
  const named = { namespace: String(target.namespace), name: target.name }
  const look = async (pod: KubernetesObject) => {
    const owners = await ownersOf(scope, pod, context)
    return { owners, refused: refusalOf(pod, owners) }
  }
  const { object, found, dryRun } = await tryRemoval(scope, target, context, look, (client, guard) =>
    removal.remove(client, named, guard, { dryRun: true, executionId }, context),
  )
  return describe(scope, removal, object, found.owners, found.refused, dryRun, context)
}

function refusalOf(pod: KubernetesObject, owners: readonly LabelledResource[]): string | undefined {
  const [controller] = owners
  if (pod.metadata.deletionTimestamp !== undefined) return 'the pod is on its way out already'
  if (controller === undefined) return 'no controller would make another pod'
  return controller.kind === 'Node' ? 'the pod belongs to its node, not to a controller' : undefined
}

async function describe(
  scope: Scope,
  removal: PodRemoval,
  pod: KubernetesObject,
  owners: readonly LabelledResource[],
  refusal: string | undefined,
  dryRun: DryRunResult,
  context: CallContext,
): Promise<Preview> {
  const { done } = removal
  const resource = resourceOf(scope, pod)
  const { labels: _, ...top } = owners.at(-1) ?? { ...resource, labels: {} }
  const [controller] = owners
  const topObject = top.kind === 'Pod' ? undefined : await readTop(scope, owners, context)
  const word = await ownersWord(scope.read, String(resource.namespace), topObject ? [pod, topObject] : [pod], context)
  const view = (await removal.view?.(pod, context)) ?? {}
  const refused = refusal ?? (dryRun.kind === 'refused' ? dryRun.because : undefined)
  const stateful = owners.some((owner) => owner.kind === 'StatefulSet')
  const risk = stateful ? 'high' : view.risk
  const what = `Pod ${resource.name}: ${done}; ${controller?.kind ?? 'nobody'} ${controller?.name ?? ''} makes another`
  return {
    before: { pod: resource.uid, [done]: false },
    after: { pod: resource.uid, [done]: true },
    guard: guardOf(pod),
    target: { ...resource, labels: pod.metadata.labels ?? {} },
    diff: [what, ...(view.notes ?? [])].join('\n'),
    dryRun: dryRunWord(dryRun),
    approvalFields: { ...view.reads, pod: resource.uid, controller: controller?.uid ?? null },
    lockKeys: [resourceKey(top), resourceKey(resource)],
    blastRadius: { resources: [resource, top], replicas: 1 },
    doubts: [...word.doubts, ...(view.doubts ?? []), ...(stateful ? ['stateful'] : [])],
    ...(risk === undefined ? {} : { risk }),
    ...(word.limit === undefined ? {} : { autonomyLimit: word.limit }),
    ...(refused === undefined ? {} : { refused }),
  }
}

/** The topmost controller that can be read; its owners may have a word to say. */
export async function readTop(
  scope: Scope,
  owners: readonly LabelledResource[],
  context: CallContext,
): Promise<KubernetesObject | undefined> {
  const known = owners.findLast((owner) => isKnownKind(owner.apiVersion, owner.kind))
  return known === undefined ? undefined : readTarget(scope, known, context)
}
