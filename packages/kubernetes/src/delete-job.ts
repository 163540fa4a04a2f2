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
import { referenceOf, resourceOf } from './cluster-reader.ts'
import { dryRunWord, tryRemoval } from './dry-run.ts'
import { effectFailure } from './effect-failure.ts'
import { actingClient, fenceText, guardOf, invalidateGuard, parseGuard, readTarget } from './guard.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { managersOf, ownerRefusal } from './managed-by.ts'
import { type Scope, scopeRefusal } from './options.ts'
import { type Job, parseJob } from './parse-job.ts'
import { readTop } from './pod-removal.ts'
import { checkTarget, JOB } from './target.ts'
import { ownersOf } from './topology.ts'

const TYPE = 'kubernetes.delete-job'

const paramsSchema = z.strictObject({
  unfinished: z
    .boolean()
    .default(false)
    .describe('also when it has neither completed nor failed yet: its pods are stopped'),
})
type Params = z.output<typeof paramsSchema>

/**
 * Deletes a Job, and its pods after it. Refused while it has neither completed nor failed, unless `unfinished` says
 * otherwise: then its risk is high. Cannot be undone. Whose deletion it was nobody can tell, so it ends as `gone`.
 */
export function deleteJob(scope: Scope): Action {
  return defineAction({
    type: TYPE,
    description: 'Deletes a Job that has ended, and its pods.',
    risk: 'medium',
    params: paramsSchema,
    undo: { irreversible: 'a Job that is gone does not come back, nor do the logs of its pods' },
    preview: (input: ActionInput<Params>, context): Promise<Preview> =>
      preview(scope, { ...input, target: checkTarget(scope, TYPE, [JOB], input.target) }, context),
    async execute({ target, preview: seen, executionId }, context) {
      const { uid, resourceVersion } = parseGuard(seen.guard)
      try {
        await actingClient(scope).delete(referenceOf(target), { uid, resourceVersion }, { executionId }, context)
      } catch (error) {
        throw effectFailure(error)
      }
    },
    async observe({ target }, context) {
      const job = await readTarget(scope, target, context)
      const stays = job?.metadata.uid === target.uid && job?.metadata.deletionTimestamp === undefined
      return stays ? 'not-applied' : 'gone'
    },
    invalidate: (input, context) =>
      invalidateGuard(scope, input.target, parseGuard(input.preview.guard), fenceText(input), context),
    announce: (input, context) =>
      announceEffect(scope, input, { reason: 'MendkitDeleteJob', message: 'Deleted, with its pods' }, context),
  })
}

async function preview(
  scope: Scope,
  { target, params, executionId }: ActionInput<Params>,
  context: CallContext,
): Promise<Preview> {
  const outside = scopeRefusal(scope, target)
  if (outside !== undefined) return { before: null, after: null, guard: null, refused: outside }
  const look = async (object: KubernetesObject) => {
    const job = parseJob(object)
    return { job, refused: refusalOf(object, job, params) }
  }
  const { object, found, dryRun } = await tryRemoval(scope, target, context, look, (client, { uid, resourceVersion }) =>
    client.delete(referenceOf(target), { uid, resourceVersion }, { dryRun: true, executionId }, context),
  )
  const refused = found.refused ?? (dryRun.kind === 'refused' ? dryRun.because : undefined)
  return {
    ...(await describe(scope, object, found.job, context)),
    dryRun: dryRunWord(dryRun),
    ...(refused === undefined ? {} : { refused }),
  }
}

function refusalOf(object: KubernetesObject, { ended, active }: Job, { unfinished }: Params): string | undefined {
  if (object.metadata.deletionTimestamp !== undefined) return 'the Job is on its way out already'
  const going = `the Job has neither completed nor failed (${active} pods are active)`
  return ownerRefusal(object) ?? (ended === undefined && !unfinished ? going : undefined)
}

async function describe(
  scope: Scope,
  object: KubernetesObject,
  { ended, because, active }: Job,
  context: CallContext,
): Promise<Preview> {
  const own = resourceOf(scope, object)
  const owners = await ownersOf(scope, object, context)
  const top = topOf(owners) ?? own
  const topObject = owners.length === 0 ? undefined : await readTop(scope, owners, context)
  const word = await ownersWord(scope.read, String(own.namespace), topObject ? [object, topObject] : [object], context)
  const state = ended === 'failed' ? `failed (${because ?? 'no reason'})` : (ended ?? 'unfinished')
  return {
    before: { job: own.uid, deleted: false },
    after: { job: own.uid, deleted: true },
    guard: guardOf(object),
    target: { ...own, labels: object.metadata.labels ?? {} },
    diff: `Job ${own.name}: ${state} → deleted, with its pods and their logs`,
    approvalFields: { job: own.uid, ended: ended ?? null },
    lockKeys: [...new Set([resourceKey(top), resourceKey(own)])],
    blastRadius: { resources: owners.length === 0 ? [own] : [own, top], replicas: active },
    managedBy: managersOf(object),
    doubts: word.doubts,
    ...(ended === undefined ? { risk: 'high' as const } : {}),
    ...(word.limit === undefined ? {} : { autonomyLimit: word.limit }),
  }
}

function topOf(owners: readonly LabelledResource[]): Resource | undefined {
  const last = owners.at(-1)
  if (last === undefined) return undefined
  const { labels: _, ...top } = last
  return top
}
