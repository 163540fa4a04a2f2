import type { Action, EffectInput, Preview } from '@mendkit/core'
import { resourceKey } from '@mendkit/core'
import { z } from 'zod'
import { resourceOf } from './cluster-reader.ts'
import { conditionalPatch } from './conditional-patch.ts'
import { lastOneRefusal } from './cordon.ts'
import { evictOne, fencePods, nodeOf, parseDrainGuard, podsLeft } from './drain-parts.ts'
import { lookAtPods, placeOf } from './drain-pods.ts'
import type { Scope } from './options.ts'
import { parseNode } from './parse-node.ts'
import { NODE } from './target.ts'

const MAX_LINES = 20

const paramsSchema = z.strictObject({
  localData: z.boolean().default(false).describe('also pods that lose local data (emptyDir) when they go'),
})
const stateSchema = z.strictObject({ cordoned: z.boolean(), drained: z.boolean() })
const readsSchema = z.object({
  pods: z.array(z.object({ uid: z.string(), pod: z.string() })),
  budgets: z.array(z.string()),
})

/**
 * Cordons a node and evicts its pods one by one, as their disruption budgets let them go, but for those of DaemonSets and of
 * the node itself. Refused for pods without a controller, with local data unless `localData` accepts that, and in namespaces
 * that are not acted in, naming them. High risk. The node is cordoned and marked by `execute`; each eviction is a part of its
 * own. An undo uncordons the node; pods do not come back to it.
 */
export function drain(scope: Scope): Action {
  const patch = conditionalPatch(scope, {
    type: 'kubernetes.drain',
    description: 'Cordons a node and evicts its pods, as their disruption budgets let them go.',
    risk: 'high',
    kinds: [NODE],
    params: paramsSchema,
    state: stateSchema,
    undo: 'restore-before',
    async look(object, { params }, context) {
      const { cordoned } = parseNode(object)
      const pods = await lookAtPods(scope, object.metadata.name, params, context)
      const node = resourceOf(scope, object)
      return {
        before: { cordoned, drained: pods.going.length === 0 },
        after: { cordoned: true, drained: true },
        refused: pods.refused ?? (cordoned ? undefined : await lastOneRefusal(scope, object, context)),
        reads: {
          pods: pods.going.map((pod) => ({ uid: pod.metadata.uid, pod: placeOf(pod) })),
          budgets: pods.notes,
        },
        blastRadius: {
          resources: [node, ...pods.tops, ...pods.going.map((pod) => resourceOf(scope, pod))],
          replicas: pods.going.length,
        },
        lockKeys: [node, ...pods.tops].map(resourceKey),
        heard: pods.heard,
        doubts: ['capacity-unproven', ...pods.doubts],
      }
    },
    changes: (object, to) =>
      parseNode(object).cordoned === to.cordoned
        ? []
        : [{ path: ['spec', 'unschedulable'], to: to.cordoned ? true : undefined }],
    said: ({ cordoned }) =>
      cordoned
        ? { reason: 'MendkitDrain', message: 'Drained: cordoned, and its pods were evicted' }
        : { reason: 'MendkitUncordon', message: 'Uncordoned: pods may be placed here again' },
  })
  return {
    ...patch,
    preview: async (input, context) => withPods(await patch.preview(input, context)),
    execute: (input, context) => patch.execute(onNode(input), context),
    async observe(input, context) {
      const seen = await patch.observe(onNode(input), context)
      if (seen !== 'applied' || !stateSchema.parse(input.preview.after).drained) return seen
      const { pods } = parseDrainGuard(input.preview.guard)
      if ((await podsLeft(scope, input.target, pods, context)).length === 0) return 'applied'
      return (await nodeOf(scope, input, context)).cordoned ? 'under-way' : 'unknown'
    },
    resume: (input, context) => evictOne(scope, input, parseDrainGuard(input.preview.guard).pods, context),
    async invalidate(input, context) {
      await patch.invalidate?.(onNode(input), context)
      // Before the node is marked no eviction was sent. That somebody has taken the mark away says nothing of that.
      if ((await patch.observe(onNode(input), context)) === 'not-applied') return
      await fencePods(scope, input, parseDrainGuard(input.preview.guard).pods, context)
    },
  }
}

function onNode(input: EffectInput): EffectInput {
  const { before, after, guard } = input.preview
  return { ...input, preview: { before, after, guard: parseDrainGuard(guard).node } }
}

/** The same preview with the pods in its guard and in its difference. */
function withPods(shown: Preview): Preview {
  const parsed = readsSchema.safeParse(shown.approvalFields)
  if (!parsed.success) return shown
  const { pods, budgets } = parsed.data
  const lines = pods.slice(0, MAX_LINES).map(({ pod }) => `Pod ${pod}: evicted; its controller makes another elsewhere`)
  const more = pods.length > MAX_LINES ? [`and ${pods.length - MAX_LINES} more`] : []
  const { resources = [], replicas = 0 } = shown.blastRadius ?? {}
  return {
    ...shown,
    guard: { node: shown.guard, pods: pods.map(({ uid }) => uid) },
    diff: [...(shown.diff ? [shown.diff] : []), ...lines, ...more, ...budgets].join('\n'),
    // The pods of many workloads: which share of the ready ones they are depends on what their budgets let go.
    blastRadius: { resources, replicas },
  }
}
