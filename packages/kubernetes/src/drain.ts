import type { Action, EffectInput, Preview } from '@mendkit/core'
import { resourceKey } from '@mendkit/core'
import { z } from 'zod'
import { resourceOf } from './cluster-reader.ts'
import { conditionalPatch } from './conditional-patch.ts'
import { lastOneRefusal } from './cordon.ts'
import { evictOne, fencePods, nodeOf, parseDrainGuard, podsLeft } from './drain-parts.ts'
import { lookAtPods } from './drain-pods.ts'
import type { Scope } from './options.ts'
import { parseNode } from './parse-node.ts'
import { NODE } from './target.ts'

const MAX_LINES = 20

const paramsSchema = z.strictObject({
  localData: z.boolean().default(false).describe('also pods that lose local data (emptyDir) when they go'),
})
const stateSchema = z.strictObject({ cordoned: z.boolean(), drained: z.boolean() })
const readsSchema = z.object({
  bound: z.object({
    cordoned: z.boolean(),
    taints: z.array(z.string()),
    workloads: z.array(z.object({ workload: z.string(), uid: z.string().nullable(), localData: z.boolean() })),
  }),
  pods: z.array(z.string()),
})
type Reads = z.output<typeof readsSchema>

/**
 * Cordons a node and evicts its pods one by one, as their disruption budgets let them go, but for those of DaemonSets and of
 * the node itself. Refused for pods without a controller, with local data unless `localData` accepts that, and in namespaces
 * that are not acted in, naming them. High risk. The node is cordoned and marked by `execute`; each eviction is a part of its
 * own. An undo uncordons the node; pods do not come back to it.
 *
 * An approval is bound to what a person decides about: the node, that it is cordoned or not, what others keep pods away from
 * it for, and the workloads that lose pods there, with whether they lose local data. Which pods these are changes all the time.
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
      const { cordoned, othersTaints } = parseNode(object)
      const pods = await lookAtPods(scope, object.metadata.name, params, context)
      const node = resourceOf(scope, object)
      return {
        before: { cordoned, drained: pods.going.length === 0 },
        after: { cordoned: true, drained: true },
        refused: pods.refused ?? (cordoned ? undefined : await lastOneRefusal(scope, object, context)),
        reads: {
          bound: { cordoned, taints: othersTaints, workloads: pods.workloads },
          pods: pods.going.map(({ metadata }) => metadata.uid),
        },
        blastRadius: {
          resources: [node, ...pods.tops, ...pods.going.map((pod) => resourceOf(scope, pod))],
          replicas: pods.going.length,
        },
        disruption: pods.disruption,
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

/** The same preview with the pods in its guard, and bound to what was decided instead of to them. */
function withPods(shown: Preview): Preview {
  const parsed = readsSchema.safeParse(shown.approvalFields)
  if (!parsed.success) return shown
  const { bound, pods } = parsed.data
  const lines = [...(shown.diff ? [shown.diff] : []), ...wordsOf(bound.workloads)]
  return { ...shown, guard: { node: shown.guard, pods }, approvalFields: bound, diff: lines.join('\n') }
}

/** An approval is bound to these words too, so that they must not tell of what changes by itself. */
function wordsOf(workloads: Reads['bound']['workloads']): readonly string[] {
  const lines = workloads.slice(0, MAX_LINES).map(({ workload, localData }) => {
    const loss = localData ? ', and their local data (emptyDir) is lost' : ''
    return `${workload}: its pods here are evicted, and others made elsewhere${loss}`
  })
  const more = workloads.length > MAX_LINES ? [`and ${workloads.length - MAX_LINES} more`] : []
  return [
    ...lines,
    ...more,
    'each pod goes when its disruption budget lets it, also those of a CronJob that runs here then',
    'pods that have ended stay, and so do those of DaemonSets and of the node itself',
  ]
}
