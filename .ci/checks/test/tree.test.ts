import { describe, expect, test } from 'vitest'
import { adapterShape } from '../adapter-shape.ts'
import { changeset } from '../changeset.ts'
import { docPaths } from '../doc-paths.ts'
import { fileSizes } from '../file-sizes.ts'
import { lockFile } from '../lock-file.ts'
import { packageFiles } from '../package-files.ts'
import { manifest, problems } from './fixture.ts'

const lines = (count: number) => 'x\n'.repeat(count)

describe('file-sizes', () => {
  const small = Object.fromEntries(
    Array.from({ length: 20 }, (_, at) => [`packages/core/src/small-${at}.ts`, lines(10)]),
  )

  test('accepts small files, and leaves tests alone', async () => {
    expect(await problems(fileSizes, { ...small, 'packages/core/test/long.test.ts': lines(900) })).toEqual([])
  })

  test('finds one file over the limit', async () => {
    const found = await problems(fileSizes, { ...small, 'packages/core/src/deep/long.ts': lines(301) })
    expect(found).toEqual(['packages/core/src/deep/long.ts: 301 lines, 300 at most'])
  })

  test('finds an example over the limit', async () => {
    const found = await problems(fileSizes, { ...small, 'examples/demo/src/deep/long.ts': lines(301) })
    expect(found).toEqual(['examples/demo/src/deep/long.ts: 301 lines, 300 at most'])
  })

  test('counts a last line without a line break', async () => {
    expect(await problems(fileSizes, { ...small, 'packages/core/src/long.ts': `${lines(300)}x` })).toHaveLength(1)
    expect(await problems(fileSizes, { ...small, 'packages/core/src/long.ts': lines(300) })).toEqual([])
  })

  test('finds a median and a 95th percentile over their limits', async () => {
    const middling = Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [`packages/core/src/m-${at}.ts`, lines(61)]),
    )
    expect(await problems(fileSizes, middling)).toEqual(['all source files: median 61 lines, 60 at most'])
    const long = { 'packages/sql/src/a.ts': lines(201), 'packages/sql/src/b.ts': lines(201) }
    expect(await problems(fileSizes, { ...small, ...long })).toEqual([
      'all source files: 95th percentile 201 lines, 200 at most',
    ])
  })

  test('finds a port that does not fit a screen', async () => {
    expect(await problems(fileSizes, { ...small, 'packages/core/src/ports/store.ts': lines(81) })).toHaveLength(1)
  })
})

describe('lock-file', () => {
  const root = { 'package.json': { name: 'root', devDependencies: { node22: 'npm:node@22.23.3', zod: '4.6.7' } } }

  test('accepts pinned versions and a lock file of digests', async () => {
    expect(await problems(lockFile, { ...root, 'pnpm-lock.yaml': 'resolution: {integrity: sha512-x}\n' })).toEqual([])
  })

  test('finds an address and a tarball', async () => {
    const lock = 'a: {integrity: sha512-x}\nb: {tarball: file.tgz}\nc: https://registry.example/x\n'
    expect(await problems(lockFile, { ...root, 'pnpm-lock.yaml': lock })).toHaveLength(2)
  })

  test('finds a missing lock file, and a range where a version belongs', async () => {
    expect(await problems(lockFile, root)).toEqual(['pnpm-lock.yaml: missing'])
    const loose = {
      'package.json': { name: 'root' },
      'pnpm-lock.yaml': '',
      'packages/a/package.json': { name: 'a', dependencies: { zod: '^4.0.0' } },
    }
    expect(await problems(lockFile, loose)).toEqual(['packages/a/package.json: zod is "^4.0.0", not an exact version'])
  })

  test('lets peers be ranges', async () => {
    const peers = { 'packages/a/package.json': { name: 'a', peerDependencies: { kysely: '^0.29.0' } } }
    expect(await problems(lockFile, { ...root, ...peers, 'pnpm-lock.yaml': '' })).toEqual([])
  })
})

describe('package-files', () => {
  const sound = {
    'package.json': { name: 'root', private: true },
    LICENSE: 'Apache License',
    'packages/core/package.json': manifest('@mendkit/core', { dependencies: { zod: '4.6.7' } }),
    'packages/core/README.md': 'core',
    'packages/core/tsconfig.json': {
      extends: '../../tsconfig.json',
      compilerOptions: { rootDir: '../..', noEmit: true },
    },
  }

  test('accepts a package with everything', async () => {
    expect(await problems(packageFiles, sound)).toEqual([])
    const tested = { peerDependencies: { kysely: '^0.29.0' }, devDependencies: { kysely: '0.29.0' } }
    const peer = { 'packages/core/package.json': manifest('@mendkit/core', tested) }
    expect(await problems(packageFiles, { ...sound, ...peer })).toEqual([])
  })

  test.each([
    ['a missing licence', { LICENSE: 'all rights reserved' }],
    ['a missing README', { 'packages/sql/package.json': manifest('@mendkit/sql') }],
    [
      'a file list without the licence',
      { 'packages/core/package.json': manifest('@mendkit/core', { files: ['dist', 'README.md'] }) },
    ],
    ...[
      { license: 'MIT' },
      { description: undefined },
      { keywords: [] },
      { type: 'commonjs' },
      { sideEffects: undefined },
      { engines: { node: '>=20' } },
      { homepage: 'https://mendkit.example' },
      { bugs: undefined },
      { repository: { type: 'git', url: 'git+https://github.com/mendkit/mendkit.git', directory: 'packages/sql' } },
      { files: ['README.md', 'LICENSE'] },
      { publishConfig: {} },
      { publishConfig: { access: 'public', provenance: true } },
    ].map((change): [string, Record<string, object>] => [
      `a manifest with ${JSON.stringify(change, (_key, value: unknown) => value ?? 'nothing')}`,
      { 'packages/core/package.json': manifest('@mendkit/core', change) },
    ]),
    ...[{ zod: '4.6.8' }, { zod: '4.7.0' }, {}].map((devDependencies): [string, Record<string, object>] => [
      `a range of a peer whose lowest version is not tested, but ${JSON.stringify(devDependencies)} is`,
      {
        'packages/core/package.json': manifest('@mendkit/core', {
          peerDependencies: { zod: '^4.6.7' },
          devDependencies,
        }),
      },
    ]),
    [
      'a fourth dependency of core',
      { 'packages/core/package.json': manifest('@mendkit/core', { dependencies: { lodash: '4.0.0' } }) },
    ],
    [
      'two versions',
      { 'packages/sql/package.json': manifest('@mendkit/sql', { version: '0.2.0' }), 'packages/sql/README.md': 'sql' },
    ],
    ['a root that could be published', { 'package.json': { name: 'root' } }],
    [
      'looser compiler options in a package',
      { 'packages/core/tsconfig.json': { extends: '../../tsconfig.json', compilerOptions: { strict: false } } },
    ],
    ['a package with options of its own', { 'packages/core/tsconfig.json': { compilerOptions: {} } }],
  ])('finds %s', async (_name, change: Record<string, string | object>) => {
    expect(await problems(packageFiles, { ...sound, ...change })).toHaveLength(1)
  })
})

describe('changeset', () => {
  const core = { 'packages/core/package.json': manifest('@mendkit/core') }

  test('accepts one that names the package, and a package that was just released', async () => {
    expect(
      await problems(changeset, { ...core, '.changeset/a.md': "---\n'@mendkit/core': minor\n---\n\nText\n" }),
    ).toEqual([])
    expect(await problems(changeset, { ...core, 'packages/core/CHANGELOG.md': '# c\n\n## 0.1.0\n\nText\n' })).toEqual(
      [],
    )
  })

  test('finds that there is none, that it names nobody, or somebody unknown', async () => {
    expect(await problems(changeset, core)).toHaveLength(1)
    expect(
      await problems(changeset, { ...core, '.changeset/README.md': "---\n'@mendkit/core': minor\n---\n" }),
    ).toHaveLength(1)
    expect(await problems(changeset, { ...core, '.changeset/a.md': '---\n---\n\nText\n' })).toHaveLength(2)
    expect(await problems(changeset, { ...core, '.changeset/a.md': "---\n'@mendkit/old': patch\n---\n" })).toHaveLength(
      2,
    )
  })
})

describe('doc-paths', () => {
  const root = { 'package.json': { name: 'root', scripts: { check: 'x' } }, 'packages/core/src/index.ts': '' }
  const inMap = (text: string) => problems(docPaths, { ...root, 'docs/map.md': text })

  test('accepts paths, placeholders, package names and commands that exist', async () => {
    const text =
      '`packages/core/src` `packages/core/` `packages/<name>/src/*.ts` `@mendkit/core` `pnpm check` `pnpm install`\n'
    expect(await inMap(`${text}\n\`\`\`\npackages/core  the core\n\`\`\`\n`)).toEqual([])
  })

  test.each([
    ['a path', '`packages/core/gone.ts`'],
    ['a pattern that matches nothing', '`packages/<name>/gone-*.ts`'],
    ['a path in a drawn tree', '```\npackages/gone   nothing\n```'],
    ['a command', '`pnpm no-such-script`'],
    ['a link', '[core](../packages/gone.md)'],
  ])('finds %s that is not there', async (_name, text) => {
    expect(await inMap(`${text}\n`)).toHaveLength(1)
  })

  test('follows the links of every document', async () => {
    expect(
      await problems(docPaths, { ...root, 'docs/guides/a.md': '[b](b.md) [c](#c) [d](https://example.com)' }),
    ).toHaveLength(1)
  })
})

describe('adapter-shape', () => {
  const readme = '# Adapter\n\n## Permissions\n\n## Limits\n'
  const kubernetes = {
    'packages/kubernetes/package.json': manifest('@mendkit/kubernetes'),
    'packages/kubernetes/src/index.ts': '',
    'packages/kubernetes/src/client.ts': '',
    'packages/kubernetes/src/deep/parse-status.ts': '',
    'packages/kubernetes/test/client.contract.test.ts': '',
    'packages/kubernetes/README.md': readme,
  }
  const without = (name: string) =>
    Object.fromEntries(Object.entries(kubernetes).filter(([path]) => !path.endsWith(name)))

  test('accepts an adapter with the same files as the others', async () => {
    expect(await problems(adapterShape, kubernetes)).toEqual([])
  })

  test.each(['index.ts', 'client.ts', 'parse-status.ts', 'contract.test.ts', 'README.md'])(
    'finds that %s is missing',
    async (name) => {
      expect(await problems(adapterShape, without(name))).toHaveLength(1)
    },
  )

  test('finds a README without permissions or limits', async () => {
    expect(
      await problems(adapterShape, { ...kubernetes, 'packages/kubernetes/README.md': '# Adapter\n' }),
    ).toHaveLength(2)
  })

  test('finds an adapter that is not in the table, and an exception that is no longer one', async () => {
    expect(await problems(adapterShape, { 'packages/other/package.json': manifest('@mendkit/other') })).toEqual([
      'packages/other: not in .ci/checks/adapters.ts',
    ])
    const notify = {
      'packages/notify/package.json': manifest('@mendkit/notify'),
      'packages/notify/src/index.ts': '',
      'packages/notify/src/client.ts': '',
      'packages/notify/test/a.contract.test.ts': '',
      'packages/notify/README.md': readme,
    }
    expect(await problems(adapterShape, notify)).toHaveLength(1)
  })
})
