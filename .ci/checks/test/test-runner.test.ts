import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repository, run } from '../../lib/command.ts'
import { fixture } from './fixture.ts'

const config = `
const project = (name, more = {}) => ({ test: { name, include: ['test/' + name + '*.test.ts'], ...more } })
const e2e = project('e2e', { globalSetup: ['./servers.ts'] })
const others = ['unit', 'trials', 'types', 'checks', 'examples', 'databases'].map((name) => project(name))
export default { test: { projects: [...others, e2e] } }
`
const skipping = (name: string) => `test.skipIf(true)('${name}', () => undefined)\n`
const passing = "import { test } from 'vitest'\ntest('a', () => undefined)\n"

/** Runs `.ci/test.ts` in a workspace with one test in each project, and four unit tests, one for each part of those on the oldest Node. */
async function outcome(changes: Readonly<Record<string, string>>) {
  const names = ['unit', 'unit-2', 'unit-3', 'unit-4', 'trials', 'types', 'checks', 'examples', 'databases', 'e2e']
  const root = fixture({
    'package.json': { type: 'module' },
    'vitest.config.js': config,
    'servers.ts': 'export function setup(): void {}\n',
    ...Object.fromEntries(names.map((name) => [`test/${name}.test.ts`, passing])),
    ...changes,
  })
  mkdirSync(join(root, '.ci'))
  for (const part of ['test.ts', 'lib'])
    cpSync(join(repository, '.ci', part), join(root, '.ci', part), { recursive: true })
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'))
  const { code, stdout, output } = await run(process.execPath, [join(root, '.ci/test.ts')], { cwd: root })
  return { code, output, lines: stdout.trimEnd().split('\n') }
}

describe('pnpm test', () => {
  test('adds up every project and the unit tests on the oldest Node, and says why a test was skipped', async () => {
    const { code, lines } = await outcome({ 'test/types.test.ts': `${passing}${skipping('b (needs a tool)')}` })
    expect(lines.at(-2)).toBe('skipped 1: needs a tool (test/types.test.ts: b (needs a tool))')
    expect(lines.at(-1)).toBe('14 passed, 0 failed')
    expect(code).toBe(0)
  })

  test('fails for servers that do not start and still runs what needs none, and for a skip without a reason', async () => {
    const { code, output, lines } = await outcome({
      'servers.ts': "export function setup(): void {\n  throw new Error('etcd ended while starting')\n}\n",
      'test/checks.test.ts': `${passing}${skipping('b')}`,
    })
    expect(output).toContain('etcd ended while starting')
    expect(output).toContain('failed outside a test: test/checks.test.ts: b: skipped without a reason')
    expect(lines.at(-1)).toBe('13 passed, 2 failed')
    expect(code).toBe(1)
  })

  test('names a test that failed, with what it said', async () => {
    const failing = "test('c', () => { throw new Error('no such row') })\n"
    const { lines } = await outcome({ 'test/e2e.test.ts': `${passing}${failing}` })
    expect(lines.slice(-2)).toEqual(['failed: test/e2e.test.ts: c: no such row', '14 passed, 1 failed'])
  })
})
