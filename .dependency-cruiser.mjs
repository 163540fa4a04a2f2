import { adapters } from './.ci/checks/adapters.ts'

// The room rules: who may import whom. `.ci/checks/test/rooms.test.ts` plants a breach of every one of them.

const names = Object.keys(adapters).join('|')
/** Packages that put adapters together, and so may import them. */
const composers = '^(packages/(cli|eval|testbed|bench)|examples)/'
/** @type {(name: string) => string} */
const asModule = (name) => (name.startsWith('node:') ? `^(node:)?${name.slice(5)}$` : `node_modules/${name}/`)
/** @type {(modules: readonly string[]) => string} */
const anyOf = (modules) => modules.map(asModule).join('|')

/**
 * Rules that follow from one adapter's line in `adapters.ts`.
 * @param {[string, import('./.ci/checks/adapters.ts').Adapter]} line
 */
function adapterRules([name, { client, vendor = [] }]) {
  const own = `^packages/${name}/src/`
  const outside = {
    name: `${name}-imports-core-and-its-vendor`,
    comment: 'An adapter knows core, zod, Node and its own vendor; nothing else.',
    severity: 'error',
    from: { path: own },
    to: {
      path: 'node_modules/',
      pathNot: anyOf(['zod', ...client.filter((one) => !one.startsWith('node:')), ...vendor]),
    },
  }
  if (client.length === 0) return [outside]
  const touch = {
    name: `${name}-client-file`,
    comment: "Only client.ts touches the vendor's client, so that everything else can be tested with a fake of ours.",
    severity: 'error',
    from: { path: own, pathNot: `${own}client\\.ts$` },
    to: { path: anyOf(client) },
  }
  return [outside, touch]
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'model-imports-only-itself',
      severity: 'error',
      from: { path: '^packages/core/src/model/' },
      to: { pathNot: '^packages/core/src/model/' },
    },
    {
      name: 'ports-import-model-and-ports',
      severity: 'error',
      from: { path: '^packages/core/src/ports/' },
      to: { pathNot: '^packages/core/src/(model|ports)/' },
    },
    {
      name: 'ports-import-types-only',
      severity: 'error',
      from: { path: '^packages/core/src/ports/' },
      to: { dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'stored-imports-model-and-errors',
      comment: 'How rows are read back knows the model and nothing that works with it.',
      severity: 'error',
      from: { path: '^packages/core/src/stored/' },
      to: {
        path: '^packages/core/src/',
        pathNot: '^packages/core/src/(stored|model)/|^packages/core/src/errors\\.ts$',
      },
    },
    {
      name: 'wrap-imports-ports',
      comment: 'Decorators are built on ports. The machine is only their default for time and chance.',
      severity: 'error',
      from: { path: '^packages/core/src/wrap/' },
      to: {
        path: '^packages/core/src/',
        pathNot:
          '^packages/core/src/(wrap|model|ports|redact|stored|define)/|^packages/core/src/(errors|once|no-longer-needed)\\.ts$|^packages/core/src/system/system-(clock|random)\\.ts$|^packages/core/src/audit/digest-of\\.ts$',
      },
    },
    {
      name: 'core-is-standalone',
      comment: 'The engine never imports an adapter, nor any other package of the workspace.',
      severity: 'error',
      from: { path: '^packages/core/src/' },
      to: { path: '^(packages/(?!core/)|examples/)' },
    },
    {
      name: 'core-has-three-dependencies',
      severity: 'error',
      from: { path: '^packages/core/src/' },
      to: { path: 'node_modules/', pathNot: 'node_modules/(eventemitter3|zod|canonicalize|@opentelemetry/api)/' },
    },
    {
      name: 'adapters-do-not-import-adapters',
      comment: 'An adapter imports core. Also its tests know no other adapter.',
      severity: 'error',
      from: { path: `^packages/(${names})/` },
      to: { path: `^packages/(${names})/`, pathNot: '^packages/$1/' },
    },
    {
      name: 'adapter-sources-import-core-only',
      severity: 'error',
      from: { path: `^packages/(${names})/src/` },
      to: { path: '^(packages|examples)/', pathNot: '^packages/(core|$1)/' },
    },
    {
      name: 'testkit-imports-no-adapter',
      severity: 'error',
      from: { path: '^packages/testkit/' },
      to: { path: '^(packages/(?!core/|testkit/)|examples/)' },
    },
    {
      name: 'only-composers-import-adapters',
      severity: 'error',
      from: { path: '^(packages|examples)/', pathNot: `${composers}|^packages/(${names})/` },
      to: { path: `^packages/(${names})/` },
    },
    {
      name: 'no-deep-imports',
      comment: 'Another package is imported by its name, through what it exports.',
      severity: 'error',
      from: { path: '^((?:packages|examples)/[^/]+)/' },
      to: { path: '^(packages|examples|\\.ci)/', pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'sources-do-not-import-tests',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { path: '^packages/[^/]+/test/' },
    },
    {
      name: 'published-sources-use-declared-dependencies',
      severity: 'error',
      from: { path: `^packages/(core|testkit|eval|cli|${names})/src/` },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm-peer', 'npm-optional'],
      },
    },
    ...Object.entries(adapters).flatMap(adapterRules),
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Built files of ours, not those of a vendor, which the rules about vendors must see.
    exclude: { path: '^(packages|examples)/[^/]+/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['mendkit-source', 'import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
}
