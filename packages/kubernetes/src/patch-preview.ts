import { type ActionInput, type CallContext, type Json, MendkitError, type Preview, resourceKey } from '@mendkit/core'
import { ROLLBACK_ANNOTATION } from './annotations.ts'
import { ownersWord } from './autonomy-limit.ts'
import { canonicalText } from './canonical-text.ts'
import { referenceOf, resourceOf } from './cluster-reader.ts'
import { type Disruption, disruptionIn } from './disruption.ts'
import { type DryRunResult, dryRunWord, overtaken, tryDryRun } from './dry-run.ts'
import { type FieldChange, valueAt, withChange } from './field-change.ts'
import { guardOf } from './guard.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { managersOf, ownerRefusal, redeployWarning } from './managed-by.ts'
import { keyedDigester, normalisedDiff } from './normalised-diff.ts'
import { type Scope, scopeRefusal } from './options.ts'
import { type ConditionalPatch, type Look, patchOperations } from './patch-definition.ts'
import { readExactTarget } from './target.ts'

/** A workload's controllers write its status all the time; a dry run that they overtook is tried again. */
const MAX_ATTEMPTS = 3

/** Reads the target and whatever the action asks about, and tries the change out. Changes nothing. */
export async function previewPatch<Params, State extends Json>(
  scope: Scope,
  definition: ConditionalPatch<Params, State>,
  input: ActionInput<Params>,
  context: CallContext,
): Promise<Preview> {
  const outside = scopeRefusal(scope, input.target)
  if (outside !== undefined) return { before: null, after: null, guard: null, refused: outside }
  for (let attempt = 1; ; attempt += 1) {
    const object = await readExactTarget(scope, input.target, context)
    const look = await definition.look(object, input, context)
    const { changes, blocked } = await wantedChanges(definition, object, look, context)
    const seen = { ...look, refused: look.refused ?? ownerRefusal(object) ?? blocked }
    const dryRun = await dryRunOf(scope, definition, input, object, seen, changes, context)
    if (dryRun.kind === 'overtaken' && attempt < MAX_ATTEMPTS) continue
    if (dryRun.kind === 'overtaken') throw overtaken(input.target)
    return describe(scope, definition, object, seen, changes, dryRun, context)
  }
}

/** The fields to write; or why there is no way to it any more, which is a refusal like any other. */
async function wantedChanges<Params, State extends Json>(
  definition: ConditionalPatch<Params, State>,
  object: KubernetesObject,
  { after }: Look<State>,
  context: CallContext,
): Promise<{ readonly changes: readonly FieldChange[]; readonly blocked?: string }> {
  if (after === undefined) return { changes: [] }
  try {
    return { changes: await definition.changes(object, after, context) }
  } catch (error) {
    if (MendkitError.is(error, 'rejected')) return { changes: [], blocked: error.message }
    throw error
  }
}

async function dryRunOf<Params, State extends Json>(
  scope: Scope,
  definition: ConditionalPatch<Params, State>,
  { target, executionId }: ActionInput<Params>,
  object: KubernetesObject,
  look: Look<State>,
  changes: readonly FieldChange[],
  context: CallContext,
): Promise<DryRunResult> {
  const { after, refused } = look
  if (after === undefined || refused !== undefined || isAlreadySo(look)) return { kind: 'none' }
  const operations = patchOperations(definition, object, after, changes, executionId)
  return tryDryRun(scope, target, guardOf(object), context, (client) =>
    client.patch(referenceOf(target), { type: 'json', operations }, { dryRun: true, executionId }, context),
  )
}

async function describe<Params, State extends Json>(
  scope: Scope,
  { shown = ['spec'], read, rollsBack }: ConditionalPatch<Params, State>,
  object: KubernetesObject,
  look: Look<State>,
  changes: readonly FieldChange[],
  dryRun: DryRunResult,
  context: CallContext,
): Promise<Preview> {
  const target = { ...resourceOf(scope, object), labels: object.metadata.labels ?? {} }
  const word = await ownersWord(scope.read, object.metadata.namespace, [object, ...(look.heard ?? [])], context)
  const disruption = look.disruption ?? (await disruptionBy(scope, look.pods, context))
  const result = dryRun.kind === 'done' ? dryRun.result : undefined
  const wanted = result ?? changes.reduce(withChange, object)
  const after = (result && look.after !== undefined ? read?.(result, look.after) : undefined) ?? look.after ?? null
  const before = look.before ?? null
  const difference = normalisedDiff(
    shown.join('.'),
    valueAt(object, shown),
    valueAt(wanted, shown),
    keyedDigester(scope.digestKey),
  )
  const notes = [...(look.notes ?? []), ...redeployWarning(object)]
  // An object that is already so is previewed to be changed back, or in vain.
  const kept =
    word.noRollback && isAlreadySo(look) ? `its owner forbids to change it back (${ROLLBACK_ANNOTATION})` : undefined
  const refused = look.refused ?? kept ?? (dryRun.kind === 'refused' ? dryRun.because : undefined)
  const limit = word.limit ?? (word.noRollback && rollsBack === true ? 'approve' : undefined)
  return {
    before,
    after,
    guard: guardOf(object),
    target,
    diff: difference === '' ? '' : [difference, ...notes].join('\n'),
    dryRun: dryRunWord(dryRun),
    approvalFields: { ...look.reads, before, after },
    lockKeys: look.lockKeys ?? [resourceKey(target)],
    blastRadius: { ...look.blastRadius, ...disruption },
    managedBy: managersOf(object),
    doubts: [...word.doubts, ...(look.doubts ?? [])],
    ...(look.risk === undefined ? {} : { risk: look.risk }),
    ...(limit === undefined ? {} : { autonomyLimit: limit }),
    ...(refused === undefined ? {} : { refused }),
    ...(isAlreadySo(look) ? { alreadySo: true } : {}),
  }
}

async function disruptionBy(scope: Scope, pods: Look<Json>['pods'], context: CallContext): Promise<Disruption> {
  return pods === undefined ? { percentOfReady: 0 } : disruptionIn(scope, pods, context)
}

function isAlreadySo<State extends Json>({ before, after, alreadySo }: Look<State>): boolean {
  return alreadySo ?? (before !== undefined && canonicalText(before) === canonicalText(after))
}
