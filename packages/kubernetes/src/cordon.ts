import { type Action, type CallContext, MendkitError } from '@mendkit/core'
import { z } from 'zod'
import { resourceOf } from './cluster-reader.ts'
import { conditionalPatch } from './conditional-patch.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import type { Scope } from './options.ts'
import { type Node, parseNode } from './parse-node.ts'
import { NODE } from './target.ts'

/**
 * Lets no new pods be placed on a node; those that run there stay. High risk, for a node serves the whole cluster. Refused
 * when no other ready node would be left that takes pods. Raises the doubt `capacity-unproven`, so that a person is asked.
 */
export function cordon(scope: Scope): Action {
  return cordoning(scope, true, {
    type: 'kubernetes.cordon',
    description: 'Lets no new pods be placed on a node; those that run there stay.',
    note: 'no new pod is placed on it, and those that run there stay',
  })
}

/** Lets pods be placed on a node again. High risk: whatever is wrong with it meets new pods. */
export function uncordon(scope: Scope): Action {
  return cordoning(scope, false, {
    type: 'kubernetes.uncordon',
    description: 'Lets pods be placed on a node again.',
    note: 'new pods may be placed on it again',
  })
}

interface Words {
  readonly type: string
  readonly description: string
  readonly note: string
}

function cordoning(scope: Scope, cordoned: boolean, { type, description, note }: Words): Action {
  return conditionalPatch(scope, {
    type,
    description,
    risk: 'high',
    kinds: [NODE],
    params: z.strictObject({}),
    state: z.strictObject({ cordoned: z.boolean() }),
    undo: 'restore-before',
    async look(object, _, context) {
      const before = { cordoned: parseNode(object).cordoned }
      return {
        before,
        after: { cordoned },
        // Whoever previews what is so already may be about to change it back: to uncordon is never refused, to cordon is.
        refused: before.cordoned ? undefined : await lastOneRefusal(scope, object, context),
        blastRadius: { resources: [resourceOf(scope, object)], replicas: 0 },
        notes: [note],
        // Whatever would have gone there goes elsewhere, and no API says whether there is room.
        doubts: cordoned && !before.cordoned ? ['capacity-unproven'] : [],
      }
    },
    // The API server leaves `false` out, and so does this.
    changes: (_, to) => [{ path: ['spec', 'unschedulable'], to: to.cordoned ? true : undefined }],
    said: (after) =>
      after.cordoned
        ? { reason: 'MendkitCordon', message: 'Cordoned: no new pods are placed here' }
        : { reason: 'MendkitUncordon', message: 'Uncordoned: pods may be placed here again' },
  })
}

async function lastOneRefusal(
  scope: Scope,
  { metadata }: KubernetesObject,
  context: CallContext,
): Promise<string | undefined> {
  const { items, truncated } = await scope.read.list({ apiVersion: 'v1', kind: 'Node' }, context)
  if (truncated) throw new MendkitError('rejected', 'the cluster has more nodes than are read at once')
  const takesPods = ({ cordoned, ready }: Node) => ready && !cordoned
  const others = items.filter((node) => node.metadata.uid !== metadata.uid).map(parseNode)
  return others.some(takesPods) ? undefined : 'no other ready node would be left on which pods can be placed'
}
