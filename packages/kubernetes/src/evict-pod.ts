import {
  type Action,
  type ActionInput,
  type CallContext,
  defineAction,
  type LabelledResource,
  type Preview,
  type Resource,
  resourceKey,
} from '@mendkit/core'
import { z } from 'zod'
import { announceEffect } from './announce.ts'
import { ownersWord } from './autonomy-limit.ts'
import { resourceOf } from './cluster-reader.ts'
import { type DryRunResult, dryRunWord, overtaken, tryDryRun } from './dry-run.ts'
import { effectFailure } from './effect-failure.ts'
import { fencePod } from './fence-pod.ts'
import { actingClient, fenceText, guardOf, parseGuard, readTarget } from './guard.ts'
import { isKnownKind } from './kinds.ts'
import type { KubernetesClient, KubernetesObject } from './kubernetes-client.ts'
import { namespaceRefusal, type Scope } from './options.ts'
import { checkTarget, POD, readExactTarget } from './target.ts'
import { ownersOf } from './topology.ts'

const TYPE = 'kubernetes.evict-pod'
/** The kubelet writes a pod's status all the time; a dry run that it overtook is tried again. */
const MAX_ATTEMPTS = 3

type Target = Resource & { readonly namespace: string }

/**
 * Evicts one pod that a controller will replace, through the eviction API, so that disruption budgets are honoured. Its
 * risk is low: another pod takes its place. A pod that is gone cannot be brought back, so an undo calls a person. When the
 * answer is lost and the pod is gone, nobody can tell whether through this eviction, and it says so.
 */
export function evictPod(scope: Scope): Action {
  return defineAction({
    type: TYPE,
    description: 'Evicts one pod; its controller makes another.',
    risk: 'low',
    params: z.strictObject({}),
    undo: 'restore-before',
    preview: (input: ActionInput<object>, context): Promise<Preview> =>
      preview(scope, checkTarget(scope, TYPE, [POD], input.target), input.executionId, context),
    async execute({ target, preview: seen, executionId }, context) {
      const { uid, resourceVersion } = parseGuard(seen.guard)
      const pod = { namespace: String(target.namespace), name: target.name }
      try {
        await actingClient(scope).evict(pod, { uid, resourceVersion }, { executionId }, context)
      } catch (error) {
        throw effectFailure(error)
      }
    },
    // An eviction leaves no mark of whose it was, and a pod that anybody deletes looks the same.
    async observe({ target }, context) {
      const pod = await readTarget(scope, target, context)
      const stays = pod?.metadata.uid === target.uid && pod?.metadata.deletionTimestamp === undefined
      return stays ? 'not-applied' : 'gone'
    },
    invalidate: (input, context) => fencePod(scope, input.target, fenceText(input), context),
    async announce(input, context) {
      const said = { reason: 'MendkitEvictPod', message: 'Evicted, so that its controller makes another' }
      await announceEffect(scope, input, said, context)
    },
  })
}

async function preview(scope: Scope, target: Target, executionId: string, context: CallContext): Promise<Preview> {
  const outside = namespaceRefusal(scope, target.namespace)
  if (outside !== undefined) return { before: null, after: null, guard: null, refused: outside }
  for (let attempt = 1; ; attempt += 1) {
    const pod = await readExactTarget(scope, target, context)
    const owners = await ownersOf(scope, pod, context)
    const refused = refusalOf(pod, owners)
    const guard = guardOf(pod)
    const evict = async (client: KubernetesClient) => {
      const { namespace, name } = target
      await client.evict({ namespace, name }, guard, { dryRun: true, executionId }, context)
      return undefined
    }
    const dryRun: DryRunResult =
      refused === undefined ? await tryDryRun(scope, target, guard, context, evict) : { kind: 'none' }
    if (dryRun.kind === 'overtaken' && attempt < MAX_ATTEMPTS) continue
    if (dryRun.kind === 'overtaken') throw overtaken(target)
    return describe(scope, pod, owners, refused, dryRun, context)
  }
}

function refusalOf(pod: KubernetesObject, owners: readonly LabelledResource[]): string | undefined {
  const [controller] = owners
  if (pod.metadata.deletionTimestamp !== undefined) return 'the pod is on its way out already'
  if (controller === undefined) return 'no controller would make another pod'
  return controller.kind === 'Node' ? 'the pod belongs to its node and cannot be evicted' : undefined
}

async function describe(
  scope: Scope,
  pod: KubernetesObject,
  owners: readonly LabelledResource[],
  refusal: string | undefined,
  dryRun: DryRunResult,
  context: CallContext,
): Promise<Preview> {
  const resource = resourceOf(scope, pod)
  const { labels: _, ...top } = owners.at(-1) ?? { ...resource, labels: {} }
  const [controller] = owners
  const topObject = top.kind === 'Pod' ? undefined : await readTop(scope, owners, context)
  const word = await ownersWord(scope.read, String(resource.namespace), topObject ? [pod, topObject] : [pod], context)
  const refused = refusal ?? (dryRun.kind === 'refused' ? dryRun.because : undefined)
  const stateful = owners.some((owner) => owner.kind === 'StatefulSet')
  return {
    before: { pod: resource.uid, evicted: false },
    after: { pod: resource.uid, evicted: true },
    guard: guardOf(pod),
    target: { ...resource, labels: pod.metadata.labels ?? {} },
    diff: `Pod ${resource.name}: evicted; ${controller?.kind ?? 'nobody'} ${controller?.name ?? ''} makes another`,
    dryRun: dryRunWord(dryRun),
    approvalFields: { pod: resource.uid, controller: controller?.uid ?? null },
    lockKeys: [resourceKey(top), resourceKey(resource)],
    blastRadius: { resources: [resource, top], replicas: 1 },
    doubts: [...word.doubts, ...(stateful ? ['stateful'] : [])],
    ...(stateful ? { risk: 'high' as const } : {}),
    ...(word.limit === undefined ? {} : { autonomyLimit: word.limit }),
    ...(refused === undefined ? {} : { refused }),
  }
}

/** The topmost controller that can be read; its owners may have a word to say. */
async function readTop(
  scope: Scope,
  owners: readonly LabelledResource[],
  context: CallContext,
): Promise<KubernetesObject | undefined> {
  const known = owners.findLast((owner) => isKnownKind(owner.apiVersion, owner.kind))
  return known === undefined ? undefined : readTarget(scope, known, context)
}
