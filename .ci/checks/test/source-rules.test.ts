import { describe, expect, test } from 'vitest'
import { sourceRules } from '../source-rules.ts'
import { manifest, problems } from './fixture.ts'

const found = (path: string, code: string) =>
  problems(sourceRules, { 'packages/core/package.json': manifest('@mendkit/core'), [path]: code })
const source = 'packages/core/src/a.ts'
const testPath = 'packages/core/test/a.test.ts'

describe('source-rules finds', () => {
  test.each([
    ['a default export', source, 'export default 1'],
    ['a default function', source, 'export default function f() {}'],
    ['a default by renaming', source, 'const a = 1\nexport { a as default }'],
    ['a default export in a test', 'packages/core/test/helper.ts', 'export default 1'],
    ['process.env', source, 'export const f = () => process.env'],
    ['process.env in a test', 'packages/core/test/helper.ts', "export const f = () => process.env['A']"],
    ['process.env by a computed name', source, "export const f = () => process['env']"],
    ['process.env through globalThis', source, 'export const f = () => globalThis.process.env'],
    ['process.env in a cast', source, 'export const f = () => (process as never as { env: string }).env'],
    ['process.env taken apart', source, 'export const f = () => { const { env } = process; return env }'],
    ['process as an import', source, "import { env } from 'node:process'\nexport const f = () => env"],
    ['a call of a global at import', source, 'export const id = crypto.randomUUID()'],
    [
      'a call into Node at import',
      source,
      "import { readFileSync } from 'node:fs'\nexport const text = readFileSync('a')",
    ],
    [
      'a call in a nested value at import',
      source,
      "import { hostname } from 'node:os'\nexport const a = { name: hostname() }",
    ],
    ['a statement at import', source, "console.log('loaded')"],
    ['a loop at import', source, 'for (const a of []) void a'],
    ['a wait at import', source, 'export const a = await Promise.resolve(1)'],
    ['an import for its effect', source, "import 'reflect-metadata'"],
    ['a static field that calls out', source, 'export class A { static readonly id = crypto.randomUUID() }'],
    ['an instance of a global class', source, "export const a = new Worker('a')"],
    ['a value in a port', 'packages/core/src/ports/clock.ts', 'export const clock = 1'],
    [
      'an import of a value in a port',
      'packages/core/src/ports/clock.ts',
      "import { a } from '../model/a.ts'\nexport type A = typeof a",
    ],
    ['a suite that may be skipped without a word', testPath, "describe.skipIf(!data)('real alerts', () => undefined)"],
    ['a test that may not run without a word', testPath, "test.runIf(tool)('the text', () => undefined)"],
    ['a table that may be skipped without a word', testPath, "test.skipIf(!a).each([1])('row %i', () => undefined)"],
    ['a test that skips itself without a word', testPath, "test('a', (context) => context.skip())"],
  ])('%s', async (_name, path, code) => {
    expect(await found(path, code)).not.toEqual([])
  })
})

describe('source-rules accepts', () => {
  test.each([
    ['a default export of a tool file', 'packages/core/tsup.config.ts', 'export default {}'],
    ['process.env in an example', 'examples/demo/src/main.ts', "console.log(process.env['PORT'])"],
    ['process.env in the testbed', 'packages/testbed/src/main.ts', "console.log(process.env['PORT'])"],
    ['an option that is called env', source, 'export const f = (options: { env: string }) => options.env'],
    ['a schema at import', source, "import { z } from 'zod'\nexport const a = z.object({ b: z.string().array() })"],
    [
      'a table made of a local function',
      source,
      'const pair = (a: string) => [a] as const\nexport const t = [pair(`a`)]',
    ],
    ['a fixed time', source, 'export const start = Date.UTC(2026, 0, 1)'],
    ['a fixed date', source, 'export const start = new Date(0).toISOString()'],
    ['a read-only set', source, "export const a: ReadonlySet<string> = new Set(['a'])"],
    [
      'effects inside functions',
      source,
      "import { readFileSync } from 'node:fs'\nexport const f = () => readFileSync('a')",
    ],
    ['a field that every instance sets', source, 'export class A { readonly id = crypto.randomUUID() }'],
    ['effects of a private program', 'packages/testbed/src/main.ts', "console.log('up')"],
    [
      'a port of types',
      'packages/core/src/ports/clock.ts',
      "import type { A } from '../model/a.ts'\nexport interface B { a: A }\nexport type { A }",
    ],
    [
      'a suite that says what it needs',
      testPath,
      "describe.skipIf(!data)('real alerts (needs recorded alerts)', { timeout: 1 }, () => undefined)",
    ],
    ['a test that skips itself and says why', testPath, "test('a', (context) => context.skip('no server'))"],
  ])('%s', async (_name, path, code) => {
    expect(await found(path, code)).toEqual([])
  })
})
