import type { PlantedBug } from './planted-bug.ts'

/** All planted bugs. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'not-happened-without-fence',
    what: 'An execution is called not happened without fencing what may still be under way.',
    file: 'packages/core/src/engine/journal/recover.ts',
    replace: "if (seen === 'applied' || seen === 'gone') return seen",
    with: 'return seen',
  },
  {
    name: 'unguarded-patch',
    what: 'The patch of a rollback tests nothing.',
    file: 'packages/kubernetes/src/rollout-state.ts',
    replace: `    ...guardTests(guardOf(object)),
    { op: 'test', path: '/spec/template', value: templateJson(template) },`,
    with: '',
  },
]
