import type { PlantedBug } from './planted-bug.ts'

const kubernetes = 'packages/kubernetes/src'

/** Mistakes in the Kubernetes adapter. */
export const kubernetesBugs: readonly PlantedBug[] = [
  {
    name: 'unguarded-patch',
    what: 'The patch of a rollback tests nothing.',
    file: `${kubernetes}/patch-definition.ts`,
    replace: `    ...guardTests(guardOf(object)),
    ...changes.flatMap((change) => changeOperations(object, change)),`,
    with: "    ...changes.flatMap((change) => changeOperations(object, change)).filter(({ op }) => op !== 'test'),",
  },
  {
    name: 'guard-not-compared',
    what: 'A rollback is made conditional on what is there now, and not on what was previewed.',
    file: `${kubernetes}/conditional-patch.ts`,
    replace: 'if (object?.metadata.uid !== guard.uid || object.metadata.resourceVersion !== guard.resourceVersion) {',
    with: 'if (object === undefined || guard === undefined) {',
  },
  {
    name: 'lost-reply-is-refusal',
    what: 'A lost reply counts as certainly not carried out.',
    file: `${kubernetes}/effect-failure.ts`,
    replace: "if (failure.effect !== 'none') return error",
    with: '',
  },
  {
    name: 'undo-to-previous-revision',
    what: 'A rollback returns to the revision before the present one, whatever was recorded.',
    file: `${kubernetes}/rollout-undo.ts`,
    replace: 'const { template } = await revisionOf(scope, object, to, context)',
    with: `const { earlier } = await readRollout(scope.read, parseWorkload(object), context)
      const { template } = earlier[0] ?? (await revisionOf(scope, object, to, context))`,
  },
]
