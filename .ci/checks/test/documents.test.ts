import { describe, expect, test } from 'vitest'
import { fences } from '../../lib/markdown.ts'
import { docFences } from '../doc-fences.ts'
import { projectProblems, testFiles } from '../test-projects.ts'
import { fixture, problems } from './fixture.ts'

const fenced = (code: string) => `\`\`\`ts\n${code}\n\`\`\`\n`
const readme = { 'README.md': fenced('export const host = 1') }

describe('fences', () => {
  test('know their line, their language and the reason above them', () => {
    const text = `# Title\n\n${fenced('const a = 1')}\n<!-- no-compile: a sketch -->\n\n\`\`\`sh\nls\n\`\`\`\n`
    expect(fences(text)).toEqual([
      { language: 'ts', code: 'const a = 1', line: 4 },
      { language: 'sh', code: 'ls', line: 10, noCompile: 'a sketch' },
    ])
  })

  test('lose the indentation of the list that they stand in', () => {
    expect(fences('- item\n\n  ```ts\n  const a = 1\n    b()\n  ```\n')).toMatchObject([{ code: 'const a = 1\n  b()' }])
  })
})

describe('doc-fences', () => {
  test('accepts code that compiles, each fence by itself', async () => {
    const code =
      "import { readFileSync } from 'node:fs'\nconst text: string = readFileSync('a', 'utf8')\nawait Promise.resolve(text)"
    expect(await problems(docFences, { ...readme, 'docs/guides/a.md': `${fenced(code)}\n${fenced(code)}` })).toEqual([])
  })

  test('finds a wrong type and says where', async () => {
    const found = await problems(docFences, {
      ...readme,
      'packages/core/README.md': `# Core\n\n${fenced('const a = 1\nconst b: string = a')}`,
    })
    expect(found).toEqual(["packages/core/README.md:5: Type 'number' is not assignable to type 'string'."])
  })

  test('finds an import that nothing provides, a syntax error, and strictness that was lost', async () => {
    const codes = ["import { a } from 'no-such-module'\na()", 'const = 1', 'const list: string[] = []\nlist[0].trim()']
    for (const code of codes)
      expect(await problems(docFences, { ...readme, 'docs/guides/a.md': fenced(code) })).not.toEqual([])
  })

  test('lets code be excused, with a reason', async () => {
    const excused = (reason: string) => ({
      ...readme,
      'docs/guides/a.md': `<!-- no-compile: ${reason} -->\n${fenced('sketch(')}`,
    })
    expect(await problems(docFences, excused('a sketch'))).toEqual([])
    expect(await problems(docFences, excused(''))).toHaveLength(1)
  })

  test('demands a host program of at most thirty lines', async () => {
    expect(await problems(docFences, {})).toEqual(['README.md: missing'])
    expect(await problems(docFences, { 'README.md': '# Title\n' })).toHaveLength(1)
    expect(await problems(docFences, { 'README.md': fenced('void 0\n'.repeat(30)) })).toHaveLength(1)
  })
})

test('the host program of the README is the example that is tested', async () => {
  const example = (code: string) => problems(docFences, { ...readme, 'examples/minimal/src/main.ts': code })
  expect(await example('export const host = 1\n')).toEqual([])
  expect(await example('export const host = 2\n')).toHaveLength(1)
})

describe('test-projects', () => {
  const unit = 'packages/core/test/a.test.ts'

  test('accepts a file that its project runs', () => {
    expect(projectProblems([unit], [{ file: unit, projectName: 'unit' }])).toEqual([])
  })

  test.each([
    ['never runs', unit, []],
    ['runs twice', unit, ['unit', 'e2e']],
    ['runs in the wrong project', 'packages/core/test/a.e2e.test.ts', ['unit']],
    ['has a name that no project knows', 'packages/core/test/a.spec.ts', []],
    ['runs in an unnamed project', unit, [undefined]],
  ])('finds a file that %s', (_name, file, projects) => {
    const listed = projects.map((projectName) => (projectName === undefined ? { file } : { file, projectName }))
    expect(projectProblems([file], listed)).toHaveLength(1)
  })

  test.each([
    ['a folder that no project knows', 'tools/test/a.test.ts', ''],
    ['a folder with a dot', '.github/a.test.ts', ''],
    ['a name with a dash', 'packages/sql/test/foo-test.ts', "import { expect, test } from 'vitest'"],
    ['a folder named __tests__', 'packages/sql/__tests__/foo.ts', "import { it as holds } from 'vitest'"],
    ['a benchmark among sources', 'packages/sql/src/a.bench.ts', "import { bench } from 'vitest'"],
    ['an import of everything', 'packages/sql/src/foo.mts', "import * as vitest from 'vitest'"],
  ])('sees a test file by %s', (_name, path, code) => {
    expect(testFiles(fixture({ [path]: code }))).toEqual([path])
  })

  test.each([
    ['a helper that expects', 'packages/sql/test/helper.ts', "import { expect, onTestFinished } from 'vitest'"],
    ['a helper of types', 'packages/sql/test/types.ts', "import { type test, expect } from 'vitest'"],
    ['a helper of types alone', 'packages/sql/test/types.ts', "import type { TestContext } from 'vitest'"],
    ['code about tests', 'packages/testkit/src/a.ts', 'export const text = "import { test } from \'vitest\'"'],
    ['an installed file', 'packages/sql/node_modules/a/a.test.ts', "import { test } from 'vitest'"],
    ['a built file', 'packages/sql/dist/a.test.ts', "import { test } from 'vitest'"],
    ['a benchmark in its place', 'packages/sql/test/a.bench.ts', "import { bench } from 'vitest'"],
  ])('takes no test file for %s', (_name, path, code) => {
    expect(testFiles(fixture({ [path]: code }))).toEqual([])
  })
})
