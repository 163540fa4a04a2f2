import { toolCheck } from '../lib/tool-check.ts'

export const types = toolCheck({
  name: 'types',
  says: 'sources, tests, examples and scripts compile',
  todo: 'mend the type; do not cast it away',
  tool: 'tsc',
  args: ['-p', 'tsconfig.json', '--noEmit', '--pretty', 'false'],
})

export const format = toolCheck({
  name: 'format',
  says: 'biome finds nothing',
  todo: 'run `pnpm lint:fix`, then mend what is left by hand',
  tool: 'biome',
  args: ['check', '.', '--max-diagnostics=200', '--colors=off', '--error-on-warnings'],
})

export const lint = toolCheck({
  name: 'lint',
  says: 'oxlint with types finds nothing',
  todo: 'mend the code; a rule that is wrong for all of it is turned off in .oxlintrc.json, with the reason in docs/decisions',
  tool: 'oxlint',
  args: ['--type-aware', '--deny-warnings', '.', '.ci'],
})

export const unused = toolCheck({
  name: 'unused',
  says: 'knip finds no unused file, export or dependency',
  todo: 'delete what nothing uses; declare what is used',
  tool: 'knip',
  args: ['--no-progress', '--no-config-hints'],
})
