import { type ActionInput, type CallContext, type Preview, resourceKey } from '@mendkit/core'
import { z } from 'zod'
import { ownersWord } from './autonomy-limit.ts'
import { resourceOf } from './cluster-reader.ts'
import { type DryRunResult, dryRunWord, overtaken, tryDryRun } from './dry-run.ts'
import { guardOf } from './guard.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { managersOf } from './managed-by.ts'
import { keyedDigester, normalisedDiff } from './normalised-diff.ts'
import { type Scope, scopeRefusal } from './options.ts'
import { parseJob } from './parse-job.ts'
import { lookAtRerun, type RerunLook } from './rerun-look.ts'
import { type Rerun, rerunOf, rerunSpec } from './rerun-manifest.ts'
import { readExactTarget } from './target.ts'

/** A failed Job, and the name of the Job that it was run again as. */
export const rerunState = z.strictObject({ job: z.string(), again: z.string().nullable() })

/** Others write to an ended Job now and then; a dry run that they overtook is tried again. */
const MAX_ATTEMPTS = 3

/** Reads a Job and what it belongs to, and tries out to make the new one. Changes nothing. */
export async function previewRerun(scope: Scope, input: ActionInput<object>, context: CallContext): Promise<Preview> {
  const { target, executionId } = input
  const outside = scopeRefusal(scope, target)
  if (outside !== undefined) return { before: null, after: null, guard: null, refused: outside }
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const object = await readExactTarget(scope, target, context)
    const rerun = rerunOf(object, executionId)
    const look = await lookAtRerun(scope, object, rerun, context)
    const create = () =>
      tryDryRun(scope, target, guardOf(object), context, (client) =>
        client.create(rerun.manifest, { dryRun: true, executionId }, context),
      )
    const dryRun: DryRunResult = look.refused === undefined ? await create() : { kind: 'none' }
    if (dryRun.kind !== 'overtaken') return describe(scope, object, rerun, look, dryRun, context)
  }
  throw overtaken(target)
}

async function describe(
  scope: Scope,
  object: KubernetesObject,
  { manifest, pods }: Rerun,
  look: RerunLook,
  dryRun: DryRunResult,
  context: CallContext,
): Promise<Preview> {
  const own = resourceOf(scope, object)
  const { name } = manifest.metadata
  const { labels: _, ...top } = look.controllers.at(-1)?.resource ?? { ...own, labels: {} }
  const above = look.controllers.flatMap((each) => each.object ?? []).slice(-1)
  const word = await ownersWord(scope.read, object.metadata.namespace, [object, ...above], context)
  const unheard = look.controllers.some(({ unreadable }) => unreadable) ? ['owner-unreadable'] : []
  const { uid: __, ...place } = own
  const again = { ...place, name }
  const refused = look.refused ?? (dryRun.kind === 'refused' ? dryRun.because : undefined)
  const digest = keyedDigester(scope.digestKey)
  return {
    before: { job: own.uid, again: look.again === undefined ? null : name },
    after: { job: own.uid, again: name },
    guard: guardOf(object),
    target: { ...own, labels: object.metadata.labels ?? {} },
    diff: wordsOf(object, name, look, dryRun, scope).join('\n'),
    dryRun: dryRunWord(dryRun),
    approvalFields: {
      job: own.uid,
      again: look.again?.metadata.uid ?? null,
      ended: parseJob(object).because ?? null,
      spec: digest('spec', rerunSpec(object['spec'])),
      owner: top.uid ?? null,
    },
    lockKeys: [...new Set([resourceKey(top), resourceKey(own)])],
    blastRadius: { resources: look.controllers.length === 0 ? [own, again] : [own, again, top], replicas: pods },
    managedBy: managersOf(object),
    doubts: [...word.doubts, ...unheard],
    alreadySo: look.again !== undefined,
    ...(word.limit === undefined ? {} : { autonomyLimit: word.limit }),
    ...(refused === undefined ? {} : { refused }),
  }
}

/** What happens, in one line; then what the API server would make of the template, and what people should know. */
function wordsOf(
  object: KubernetesObject,
  name: string,
  { notes }: RerunLook,
  dryRun: DryRunResult,
  scope: Scope,
): readonly string[] {
  const result = dryRun.kind === 'done' ? dryRun.result : undefined
  const [before, after] = [object, result ?? object].map((each) => rerunSpec(each['spec']))
  const difference = normalisedDiff('spec', before, after, keyedDigester(scope.digestKey))
  const because = parseJob(object).because ?? 'no reason'
  return [
    `Job ${object.metadata.name}: failed (${because}) → run again as Job ${name}; what it did before it failed is done again`,
    ...(difference === '' ? [] : [difference]),
    ...notes,
  ]
}
