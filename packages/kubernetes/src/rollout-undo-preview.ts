import { type ActionInput, type CallContext, type Preview, type Resource, resourceKey } from '@mendkit/core'
import { ownersWord } from './autonomy-limit.ts'
import { readRollout, referenceOf, resourceOf } from './cluster-reader.ts'
import { type DryRunResult, dryRunWord, overtaken, tryDryRun } from './dry-run.ts'
import { guardOf } from './guard.ts'
import { managersOf, ownerRefusal } from './managed-by.ts'
import { keyedDigester, normalisedDiff } from './normalised-diff.ts'
import { namespaceRefusal, type Scope } from './options.ts'
import { parseWorkload, type Workload } from './parse-workload.ts'
import type { Revision, Rollout } from './rollout.ts'
import { rolloutPatch, stateOf } from './rollout-state.ts'
import { readExactTarget } from './target.ts'

type Input = ActionInput<{ readonly replicaSet: string }> & {
  readonly target: Resource & { readonly namespace: string }
}

/** A Deployment's controllers write its status all the time; a dry run that they overtook is tried again. */
const MAX_ATTEMPTS = 3

/** Reads the Deployment and its revisions and tries the change out. Changes nothing. */
export async function previewRolloutUndo(scope: Scope, input: Input, context: CallContext): Promise<Preview> {
  const outside = namespaceRefusal(scope, input.target.namespace)
  if (outside !== undefined) return { before: null, after: null, guard: null, refused: outside }
  for (let attempt = 1; ; attempt += 1) {
    const deployment = parseWorkload(await readExactTarget(scope, input.target, context))
    const rollout = await readRollout(scope.read, deployment, context)
    const to = [rollout.current, ...rollout.earlier].find((revision) => revision?.uid === input.params.replicaSet)
    const refused = refusalOf(deployment, rollout, to)
    const dryRun: DryRunResult =
      to === undefined || refused !== undefined || rollout.current?.uid === to.uid
        ? { kind: 'none' }
        : await dryRunOf(scope, input, deployment, to, context)
    if (dryRun.kind === 'overtaken' && attempt < MAX_ATTEMPTS) continue
    if (dryRun.kind === 'overtaken') throw overtaken(input.target)
    return describe(scope, deployment, rollout, to, refused, dryRun, context)
  }
}

function dryRunOf(
  scope: Scope,
  input: Input,
  deployment: Workload,
  to: Revision,
  context: CallContext,
): Promise<DryRunResult> {
  const { executionId, target } = input
  const operations = rolloutPatch(deployment, to, executionId)
  return tryDryRun(scope, target, guardOf(deployment.object), context, (client) =>
    client.patch(referenceOf(target), { type: 'json', operations }, { dryRun: true, executionId }, context),
  )
}

function refusalOf(deployment: Workload, { current }: Rollout, to: Revision | undefined): string | undefined {
  if (deployment.paused) return 'the Deployment is paused'
  if (to === undefined) return 'the ReplicaSet to return to is gone'
  if (current === undefined) return 'the rollout of the Deployment has not begun yet'
  return ownerRefusal(managersOf(deployment.object))
}

async function describe(
  scope: Scope,
  deployment: Workload,
  { current }: Rollout,
  to: Revision | undefined,
  refusal: string | undefined,
  dryRun: DryRunResult,
  context: CallContext,
): Promise<Preview> {
  const { object } = deployment
  const target = { ...resourceOf(scope, object), labels: object.metadata.labels ?? {} }
  const digest = keyedDigester(scope.digestKey)
  const word = await ownersWord(scope.read, String(object.metadata.namespace), [object], context)
  const after = to === undefined ? null : stateOf(to, digest)
  const refused = refusal ?? (dryRun.kind === 'refused' ? dryRun.because : undefined)
  const wanted =
    dryRun.kind === 'done' && dryRun.result !== undefined ? parseWorkload(dryRun.result).template : to?.template
  return {
    before: current === undefined ? null : stateOf(current, digest),
    after,
    guard: guardOf(object),
    target,
    diff: wanted === undefined ? '' : normalisedDiff('spec.template', deployment.template, wanted, digest),
    dryRun: dryRunWord(dryRun),
    approvalFields: {
      template: digest('spec.template', deployment.template),
      paused: deployment.paused,
      selector: digest('spec.selector', deployment.selector),
      after,
    },
    lockKeys: [resourceKey(target)],
    // Pods go and come by the rollout's own rules, so no more are missing at once than those allow.
    blastRadius: { resources: [resourceOf(scope, object)], replicas: Math.max(1, deployment.maxUnavailable) },
    managedBy: managersOf(object),
    doubts: [...word.doubts, ...(to !== undefined && to.ready === 0 ? ['readiness-of-target-unproven'] : [])],
    ...(word.limit === undefined ? {} : { autonomyLimit: word.limit }),
    ...(refused === undefined ? {} : { refused }),
    ...(to !== undefined && current?.uid === to.uid ? { alreadySo: true } : {}),
  }
}
