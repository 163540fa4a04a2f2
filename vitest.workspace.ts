import { defineProject } from 'vitest/config'

/** Resolve workspace packages to their TypeScript sources, so tests need no build. */
const source = {
  resolve: { conditions: ['mendkit-source'] },
  ssr: { resolve: { conditions: ['mendkit-source', 'node', 'import'] } },
  // Where vitest runs `globalSetup`; nothing else sets its conditions.
  environments: { __vitest__: { resolve: { conditions: ['mendkit-source', 'node', 'import'] } } },
}

/**
 * The test projects of this workspace. vitest.config.ts imports this list. Files of one worker share what they import, which
 * halves the time: a test leaves nothing behind in a module or a global.
 */
export default [
  defineProject({
    ...source,
    test: {
      name: 'unit',
      isolate: false,
      // A guard against hanging, not a measure: a busy machine must not fail a test.
      testTimeout: 60_000,
      include: ['packages/*/test/**/*.test.ts'],
      exclude: ['**/*.e2e.test.ts', '**/*.trial.test.ts', '**/*.databases.test.ts'],
      benchmark: { include: ['packages/*/test/**/*.bench.ts'] },
    },
  }),
  defineProject({
    ...source,
    test: {
      // Thousands of tries, attackers, killed processes: once is enough, on one Node.
      name: 'trials',
      isolate: false,
      testTimeout: 60_000,
      include: ['packages/*/test/**/*.trial.test.ts'],
      benchmark: { include: [] },
    },
  }),
  defineProject({
    ...source,
    test: {
      name: 'types',
      include: [],
      benchmark: { include: [] },
      typecheck: {
        enabled: true,
        only: true,
        include: ['packages/*/test/**/*.test-d.ts'],
        // Everything else is compiled by the check of types.
        tsconfig: './.ci/tsconfig.type-tests.json',
      },
    },
  }),
  defineProject({
    ...source,
    test: {
      name: 'e2e',
      isolate: false,
      globalSetup: ['./packages/testbed/src/vitest-global-setup.ts'],
      include: ['{packages,examples}/*/test/**/*.e2e.test.ts'],
      benchmark: { include: [] },
      // Several wait side by side for the controllers of one cluster.
      testTimeout: 180_000,
      fileParallelism: false,
    },
  }),
  defineProject({
    ...source,
    test: {
      // Whole programs on nothing but this machine. They mostly wait, as the people do whom they are made for.
      name: 'examples',
      isolate: false,
      include: ['examples/*/test/**/*.test.ts'],
      exclude: ['**/*.e2e.test.ts', '**/*.databases.test.ts'],
      benchmark: { include: [] },
      testTimeout: 60_000,
      fileParallelism: false,
    },
  }),
  defineProject({
    ...source,
    // Without "import": what `pg` requires would else be resolved as if it were imported.
    ssr: { resolve: { conditions: ['mendkit-source', 'node'] } },
    test: {
      name: 'databases',
      isolate: false,
      globalSetup: ['./packages/testbed/src/vitest-databases-setup.ts'],
      include: ['{packages,examples}/*/test/**/*.databases.test.ts'],
      benchmark: { include: [] },
      testTimeout: 60_000,
    },
  }),
  defineProject({
    test: { name: 'checks', include: ['.ci/**/*.test.ts'], benchmark: { include: [] }, testTimeout: 60_000 },
  }),
]
