import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { repository } from '../../lib/command.ts'
import { format, lint, types, unused } from '../tools.ts'
import { problems } from './fixture.ts'

const config = (name: string) => readFileSync(join(repository, name), 'utf8')
const tsconfig = {
  extends: join(repository, 'tsconfig.json'),
  compilerOptions: { typeRoots: [join(repository, 'node_modules/@types')] },
  // Paths of an inherited list would be looked up beside the real file, so it is copied.
  include: ts.parseConfigFileTextToJson('tsconfig.json', config('tsconfig.json')).config.include as string[],
}
const module = { 'package.json': { name: 'root', private: true, type: 'module' } }
const source = 'packages/core/src/a.ts'
const sound = 'export const a = (list: readonly string[]): number => list.length\n'

describe('types', () => {
  const found = (path: string, code: string) => problems(types, { ...module, 'tsconfig.json': tsconfig, [path]: code })

  test('accepts code that compiles', async () => {
    expect(await found(source, sound)).toEqual([])
  })

  test.each([
    ['a wrong type in a test', 'packages/core/test/a.test.ts', "export const a: number = 'a'\n"],
    ['a wrong type in an example', 'examples/demo/src/deep/a.ts', "export const a: number = 'a'\n"],
    ['a wrong type in the test of an example', 'examples/demo/test/deep/a.test.ts', "export const a: number = 'a'\n"],
    ['a wrong type in a script', '.ci/checks/a.ts', "export const a: number = 'a'\n"],
    ['an unchecked index', source, 'export const a = (list: readonly string[]): string => list[0]\n'],
    ['an enum', source, 'export enum A { B }\n'],
    ['undefined for an optional property', source, 'export const a: { b?: string } = { b: undefined }\n'],
  ])('finds %s', async (_name, path, code) => {
    expect(await found(path, code)).toHaveLength(1)
  })
})

describe('format', () => {
  const found = (code: string) =>
    problems(format, { 'biome.json': config('biome.json'), '.gitignore': 'dist/\n', [source]: code })

  test('accepts the style', async () => {
    expect(await found(sound)).toEqual([])
  })

  test.each([
    ['another style', 'export const a = "a";\n'],
    ['a swallowed error', 'export const a = (f: () => void) => {\n  try {\n    f()\n  } catch {}\n}\n'],
    ['any', 'export const a = (b: any) => b\n'],
    ['a test that runs alone', "import { test } from 'vitest'\n\ntest.only('a', () => undefined)\n"],
    ['a test that is skipped without a word', "import { test } from 'vitest'\n\ntest.skip('a', () => undefined)\n"],
  ])('finds %s', async (_name, code) => {
    expect(await found(code)).toHaveLength(1)
  })
})

describe('lint', () => {
  const found = (code: string) =>
    problems(lint, {
      ...module,
      '.oxlintrc.json': config('.oxlintrc.json'),
      'tsconfig.json': tsconfig,
      '.ci/b.ts': sound,
      [source]: code,
    })

  test('accepts sound code', async () => {
    expect(await found(sound)).toEqual([])
  })

  test.each([
    ['a promise that nobody waits for', 'export const a = (f: () => Promise<void>) => {\n  f()\n}\n'],
    ['a promise where a condition belongs', 'export const a = (f: () => Promise<boolean>) => (f() ? 1 : 2)\n'],
    ['a case that is left out', "export function a(b: 'c' | 'd'): void {\n  switch (b) {\n    case 'c':\n  }\n}\n"],
    ['any that escapes', 'export const a = (text: string): { b: string } => JSON.parse(text)\n'],
    ['a string that is thrown', "export const a = () => {\n  throw 'a'\n}\n"],
  ])('finds %s', async (_name, code) => {
    expect(await found(code)).toHaveLength(1)
  })
})

describe('unused', () => {
  const workspace = {
    'knip.json': config('knip.json'),
    'package.json': { name: 'root', private: true, workspaces: ['packages/*'] },
    'packages/core/package.json': { name: '@mendkit/core', exports: { '.': './src/index.ts' } },
    'packages/core/src/index.ts': "export { a } from './a.ts'\n",
    [source]: sound,
  }

  test('accepts a workspace in which everything is used', async () => {
    expect(await problems(unused, workspace)).toEqual([])
  })

  test.each([
    ['file', { 'packages/core/src/b.ts': sound }],
    ['export', { [source]: `${sound}export const b = 1\n` }],
    [
      'dependency',
      {
        'packages/core/package.json': {
          name: '@mendkit/core',
          exports: './src/index.ts',
          dependencies: { zod: '1.0.0' },
        },
      },
    ],
  ])('finds an unused %s', async (_name, change: Record<string, string | object>) => {
    expect(await problems(unused, { ...workspace, ...change })).toHaveLength(1)
  })
})
