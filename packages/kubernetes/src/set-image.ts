import type { Action, CallContext } from '@mendkit/core'
import { z } from 'zod'
import { conditionalPatch } from './conditional-patch.ts'
import { PINNED, parseImage } from './image-reference.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import type { Scope } from './options.ts'
import type { Look } from './patch-definition.ts'
import { recordOf } from './recorded-images.ts'
import {
  containerName,
  containerNamed,
  lookAtRollout,
  lookInVain,
  mustContain,
  ROLLED_OUT,
  rolloutMark,
} from './template-change.ts'

const paramsSchema = z.strictObject({
  container: containerName,
  image: z
    .string()
    .max(512)
    .regex(PINNED, 'must be a repository and a digest, such as shop/checkout@sha256:…')
    .describe('repository@sha256:digest, as an earlier revision of this workload recorded it'),
})
const stateSchema = z.strictObject({ container: z.string(), image: z.string() })

type State = z.output<typeof stateSchema>

/**
 * Gives one container of a workload, found by its name, an image that an earlier revision of the same workload recorded by
 * its digest, of the repository that the container uses now. Refuses every other image. Raises the doubt
 * `readiness-of-target-unproven` unless pods of that revision are ready now. High risk for a StatefulSet.
 */
export function setImage(scope: Scope): Action {
  return conditionalPatch(scope, {
    type: 'kubernetes.set-image',
    description: 'Gives a container an image, by digest, that an earlier revision of the same workload recorded.',
    risk: 'medium',
    kinds: ROLLED_OUT,
    params: paramsSchema,
    state: stateSchema,
    undo: 'restore-before',
    look: (object, { params }, context) => look(scope, object, params, context),
    changes: (object, { container, image }) => [{ path: [...mustContain(object, container).path, 'image'], to: image }],
    read(result, { container }) {
      const image = containerNamed(result, container)?.container.image
      return image === undefined ? undefined : { container, image }
    },
    rollout: rolloutMark(scope),
    said: ({ container, image }) => ({ reason: 'MendkitSetImage', message: `Container ${container} uses ${image}` }),
  })
}

async function look(scope: Scope, object: KubernetesObject, wanted: State, context: CallContext): Promise<Look<State>> {
  const { container, image } = wanted
  const old = containerNamed(object, container)?.container.image
  if (old === undefined) return lookInVain(scope, object, container)
  const record = await recordOf(scope, object, wanted, context)
  const rollout = lookAtRollout(scope, object, record)
  return {
    ...rollout,
    before: { container, image: old },
    after: wanted,
    refused: rollout.refused ?? refusalOf(old, image, record !== undefined),
    notes: record === undefined ? [] : [`${record.revision} recorded this image`],
  }
}

function refusalOf(old: string, image: string, recorded: boolean): string | undefined {
  const [from, to] = [parseImage(old).repository, parseImage(image).repository]
  if (from !== to) return `the container uses images of ${from}, not of ${to}`
  return recorded ? undefined : 'no earlier revision of this workload recorded this digest for this container'
}
