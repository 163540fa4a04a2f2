import type { Action, LabelledResource } from '@mendkit/core'
import { z } from 'zod'
import { budgetsOf } from './disruption-budgets.ts'
import { fencePod } from './fence-pod.ts'
import { fenceText } from './guard.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import type { Scope } from './options.ts'
import { type Removal, type RemovalView, removalAction } from './removal.ts'
import { POD } from './target.ts'

/** What one way to remove a pod finds out about it by itself. */
export type PodView = Pick<RemovalView, 'risk' | 'doubts' | 'reads'> & { readonly notes?: readonly string[] }

/** An action whose one effect is that a pod goes, so that its controller makes another. */
export interface PodRemoval
  extends Pick<Removal<object>, 'type' | 'description' | 'risk' | 'undo' | 'done' | 'said' | 'remove'> {
  /** What the budgets that cover the pod mean for it. */
  readonly view?: (budgets: RemovalView['budgets']) => PodView
}

/** Makes an action of a way to remove a pod. Refused for a pod that nobody would make again, and one of its node. */
export function podRemoval(scope: Scope, { view, ...removal }: PodRemoval): Action {
  return removalAction(scope, {
    ...removal,
    kind: POD,
    params: z.strictObject({}),
    subject: 'pod',
    refusal: (_, owners) => refusalOf(owners),
    async view(pod, owners, context) {
      const budgets = await budgetsOf(scope, pod.metadata, context)
      return viewOf(pod, owners, removal.done, { budgets, ...view?.(budgets) })
    },
    invalidate: (input, context) => fencePod(scope, input.target, fenceText(input), context),
  })
}

function refusalOf([controller]: readonly LabelledResource[]): string | undefined {
  if (controller === undefined) return 'no controller would make another pod'
  return controller.kind === 'Node' ? 'the pod belongs to its node, not to a controller' : undefined
}

function viewOf(
  { metadata }: KubernetesObject,
  owners: readonly LabelledResource[],
  done: PodRemoval['done'],
  view: PodView & Pick<RemovalView, 'budgets'>,
): RemovalView {
  const [controller] = owners
  const stateful = owners.some((owner) => owner.kind === 'StatefulSet')
  const what = `Pod ${metadata.name}: ${done}; ${controller?.kind ?? 'nobody'} ${controller?.name ?? ''} makes another`
  return {
    words: [what, ...(view.notes ?? [])],
    replicas: 1,
    budgets: view.budgets,
    risk: stateful ? 'high' : view.risk,
    doubts: [...(view.doubts ?? []), ...(stateful ? ['stateful'] : [])],
    reads: { ...view.reads, controller: controller?.uid ?? null },
  }
}
