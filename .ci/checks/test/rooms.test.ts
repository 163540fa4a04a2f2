import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { rooms } from '../rooms.ts'
import { fixture } from './fixture.ts'

/** A file that breaks a rule: its path, its text, and the rule. */
const broken: [path: string, code: string, rule: string][] = [
  ['core/src/model/to-errors.ts', "import { x } from '../errors.ts'", 'model-imports-only-itself'],
  ['core/src/model/to-node.ts', "import { createHash as x } from 'node:crypto'", 'model-imports-only-itself'],
  ['core/src/model/to-zod.ts', "import { x } from 'zod'", 'model-imports-only-itself'],
  ['core/src/model/to-port-type.ts', "import type { T as x } from '../ports/port.ts'", 'model-imports-only-itself'],
  ['core/src/ports/to-engine.ts', "import type { T as x } from '../engine/step.ts'", 'ports-import-model-and-ports'],
  ['core/src/ports/to-value.ts', "import { x } from '../model/word.ts'", 'ports-import-types-only'],
  ['core/src/stored/to-engine.ts', "import { x } from '../engine/step.ts'", 'stored-imports-model-and-errors'],
  ['core/src/wrap/to-engine.ts', "import { x } from '../engine/step.ts'", 'wrap-imports-ports'],
  ['core/src/engine/to-adapter.ts', "import { x } from '@mendkit/sql'", 'core-is-standalone'],
  ['core/src/engine/to-testkit.ts', "import { x } from '@mendkit/testkit'", 'core-is-standalone'],
  ['core/src/engine/to-vendor.ts', "import { x } from 'kysely'", 'core-has-three-dependencies'],
  ['core/src/engine/to-test.ts', "import { x } from '../../test/helper.ts'", 'sources-do-not-import-tests'],
  ['sql/src/to-adapter.ts', "import { x } from '@mendkit/notify'", 'adapters-do-not-import-adapters'],
  ['sql/test/to-adapter.ts', "import { x } from '@mendkit/notify'", 'adapters-do-not-import-adapters'],
  ['sql/src/to-testkit.ts', "import { x } from '@mendkit/testkit'", 'adapter-sources-import-core-only'],
  ['sql/src/to-other-vendor.ts', "import { x } from 'prometheus-query'", 'sql-imports-core-and-its-vendor'],
  ['sql/src/to-driver.ts', "import { DatabaseSync as x } from 'node:sqlite'", 'sql-client-file'],
  ['kubernetes/src/to-client.ts', "import { x } from '@kubernetes/client-node'", 'kubernetes-client-file'],
  ['kubernetes/src/to-client-type.ts', "import type { x } from '@kubernetes/client-node'", 'kubernetes-client-file'],
  ['kubernetes/src/deep/client.ts', "import { x } from '@kubernetes/client-node'", 'kubernetes-client-file'],
  ['prometheus/src/to-client.ts', "import { x } from 'prometheus-query'", 'prometheus-client-file'],
  ['notify/src/to-vendor.ts', "import { x } from 'kysely'", 'notify-imports-core-and-its-vendor'],
  ['testkit/src/to-adapter.ts', "import { x } from '@mendkit/sql'", 'testkit-imports-no-adapter'],
  ['core/test/to-adapter.ts', "import { x } from '@mendkit/sql'", 'only-composers-import-adapters'],
  ['sql/src/deep-relative.ts', "import { x } from '../../core/src/index.ts'", 'no-deep-imports'],
  ['sql/test/deep-relative.ts', "import { x } from '../../core/src/errors.ts'", 'no-deep-imports'],
  ['sql/src/deep-by-name.ts', "import { x } from '@mendkit/core/src/errors.ts'", 'resolvable'],
  ['sql/src/unknown.ts', "import { x } from 'no-such-module'", 'resolvable'],
  ['sql/src/development.ts', "import { x } from 'fast-check'", 'published-sources-use-declared-dependencies'],
  ['core/src/engine/circle.ts', "import { x as y } from './round.ts'\nexport const x = 1\ny", 'no-circular'],
]

/** Files that keep the rules and come near to breaking them. */
const sound: [path: string, code: string][] = [
  ['core/src/model/to-itself.ts', "import { x } from './word.ts'"],
  ['core/src/ports/to-model.ts', "import type { T as x } from '../model/word.ts'"],
  ['core/src/engine/to-zod.ts', "import { x } from 'zod'"],
  ['sql/src/client.ts', "import { DatabaseSync as x } from 'node:sqlite'"],
  ['sql/src/queries.ts', "import { x } from 'kysely'"],
  ['sql/src/to-core.ts', "import { x } from '@mendkit/core'"],
  ['sql/test/to-testkit.ts', "import { x } from '@mendkit/testkit'"],
  ['kubernetes/src/client.ts', "import { x } from '@kubernetes/client-node'"],
  ['testbed/src/to-adapter.ts', "import { x } from '@mendkit/kubernetes'"],
  ['sql/dist/built.js', "import { x } from 'no-such-module'"],
  ['../examples/demo/src/main.ts', "import { x } from '@mendkit/kubernetes'"],
]

const names = ['core', 'testkit', 'sql', 'prometheus', 'kubernetes', 'notify', 'testbed']
const vendors = ['zod', 'kysely', 'prometheus-query', '@kubernetes/client-node', 'fast-check']

const index = 'export const x = 1\n'

function packageFiles(name: string): Record<string, string> {
  const manifest = {
    name: `@mendkit/${name}`,
    exports: { '.': './src/index.ts' },
    dependencies: { zod: '1.0.0', kysely: '1.0.0', 'prometheus-query': '1.0.0', '@kubernetes/client-node': '1.0.0' },
    devDependencies: { 'fast-check': '1.0.0' },
  }
  return { [`packages/${name}/src/index.ts`]: index, [`packages/${name}/package.json`]: JSON.stringify(manifest) }
}

function vendorFiles(name: string): Record<string, string> {
  // Vendors ship what they built: what is left out of the cruise must not be them.
  const manifest = { name, version: '1.0.0', main: 'dist/index.js' }
  return {
    [`node_modules/${name}/dist/index.js`]: index,
    [`node_modules/${name}/package.json`]: JSON.stringify(manifest),
  }
}

function workspace(): string {
  const contents: Record<string, string | object> = {
    'tsconfig.json': { compilerOptions: { module: 'NodeNext', allowImportingTsExtensions: true, noEmit: true } },
    'packages/core/test/helper.ts': index,
    'packages/core/src/engine/round.ts': "import { x as y } from './circle.ts'\nexport const x = 1\ny",
  }
  for (const name of names) Object.assign(contents, packageFiles(name))
  for (const name of vendors) Object.assign(contents, vendorFiles(name))
  for (const name of ['model/word', 'ports/port', 'engine/step', 'errors'])
    contents[`packages/core/src/${name}.ts`] = index
  for (const [path, code] of [...broken, ...sound]) contents[`packages/${path}`] = `${code}\nx\n`
  const root = fixture(contents)
  mkdirSync(join(root, 'node_modules/@mendkit'))
  for (const name of names) symlinkSync(join(root, 'packages', name), join(root, 'node_modules/@mendkit', name))
  return root
}

describe('rooms', () => {
  let problems: readonly string[] = []
  beforeAll(async () => {
    problems = (await rooms.run(workspace())).problems
  }, 60_000)

  test.each(broken)('%s with %s breaks %s', (path, _code, rule) => {
    expect(problems.filter((problem) => problem.startsWith(`packages/${path}: ${rule}:`))).toHaveLength(1)
  })

  test.each(sound)('%s may have %s', (path) => {
    expect(problems.filter((problem) => problem.includes(`${path.replace('../', '')}:`))).toEqual([])
  })
})
