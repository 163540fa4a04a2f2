import type { Action, CallContext } from '@mendkit/core'
import { z } from 'zod'
import { conditionalPatch } from './conditional-patch.ts'
import {
  type ContainerResources,
  nonsenseIn,
  resourcesField,
  resourcesOf,
  resourcesState,
  type WantedResources,
  withWanted,
} from './container-resources.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import type { Scope } from './options.ts'
import { parseWorkload } from './parse-workload.ts'
import type { Look } from './patch-definition.ts'
import { amountOf, cpuQuantity, memoryQuantity } from './quantity.ts'
import { headroomFor } from './resource-headroom.ts'
import {
  containerName,
  containerNamed,
  lookAtRollout,
  lookInVain,
  mustContain,
  ROLLED_OUT,
  rolloutMark,
} from './template-change.ts'

const amounts = z.strictObject({ cpu: cpuQuantity.optional(), memory: memoryQuantity.optional() }).optional()
const stateSchema = z.strictObject({ container: z.string(), resources: resourcesState })
type State = { readonly container: string; readonly resources: ContainerResources }

/**
 * Gives one container of a workload, found by its name, these requests and limits of CPU and memory; what is not named
 * stays. Refused when a limit would be below its request, outside a LimitRange, or beyond a ResourceQuota with the rollout
 * counted in. High risk for a StatefulSet. A higher limit of memory raises the doubt `capacity-unproven`: no API says
 * whether the nodes have it.
 */
export function setResources(scope: Scope): Action {
  return conditionalPatch(scope, {
    type: 'kubernetes.set-resources',
    description: "Gives a container other requests and limits of CPU and memory, within its namespace's quota.",
    risk: 'medium',
    kinds: ROLLED_OUT,
    params: z
      .strictObject({ container: containerName, requests: amounts, limits: amounts })
      .refine(({ requests, limits }) => Object.keys({ ...requests, ...limits }).length > 0, {
        path: ['limits'],
        error: 'name at least one request or limit',
      }),
    state: stateSchema,
    undo: 'restore-before',
    look: (object, { params }, context) => look(scope, object, params, context),
    changes(object, { container: name, resources }) {
      const { container, path } = mustContain(object, name)
      return [{ path: [...path, 'resources'], to: resourcesField(container, resources) }]
    },
    read(result, { container }) {
      const found = containerNamed(result, container)
      return found && { container, resources: resourcesOf(found.container) }
    },
    rollout: rolloutMark(scope),
    said: ({ container }) => ({
      reason: 'MendkitSetResources',
      message: `Changed the requests and limits of container ${container}`,
    }),
  })
}

async function look(
  scope: Scope,
  object: KubernetesObject,
  { container, ...wanted }: WantedResources & { readonly container: string },
  context: CallContext,
): Promise<Look<State>> {
  const found = containerNamed(object, container)
  if (found === undefined) return lookInVain(scope, object, container)
  const before = resourcesOf(found.container)
  const after = withWanted(before, wanted)
  const { counts, surge, template } = parseWorkload(object)
  const containers = template.spec.containers.map((each) =>
    each.name === container ? { ...each, resources: resourcesField(each, after) } : each,
  )
  const change = {
    before: template.spec,
    after: { ...template.spec, containers },
    container: after,
    pods: { replicas: counts.desired, surge },
  }
  const headroom = await headroomFor(scope, String(object.metadata.namespace), change, context)
  const rollout = lookAtRollout(scope, object)
  return {
    ...rollout,
    before: { container, resources: before },
    after: { container, resources: after },
    refused: rollout.refused ?? nonsenseIn(after) ?? headroom.refused,
    doubts: [...(rollout.doubts ?? []), ...headroom.doubts, ...(isRaised(before, after) ? ['capacity-unproven'] : [])],
  }
}

function isRaised(before: ContainerResources, after: ContainerResources): boolean {
  const [then, now] = [before.limits.memory, after.limits.memory]
  return then !== null && (now === null || (amountOf(now) ?? 0) > (amountOf(then) ?? 0))
}
