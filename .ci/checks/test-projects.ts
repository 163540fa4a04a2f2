import { relative } from 'node:path'
import type { Check } from '../lib/check.ts'
import { run, tool } from '../lib/command.ts'
import { files, read } from '../lib/files.ts'
import { parse } from '../lib/source.ts'
import { registersTests } from '../lib/vitest-use.ts'

interface Listed {
  readonly file: string
  readonly projectName?: string
}

const testName = /\.(?:test|spec|test-d|spec-d|bench)\.[cm]?[jt]sx?$/
/** Benchmarks are run by `vitest bench`, and `vitest list` does not name them. */
const benchFile = /^packages\/[^/]+\/test\/.*\.bench\.ts$/
const code = '*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}'

/** Which project runs a test file, by its name and place; the runner's own answer is compared with this. */
function projectFor(path: string): string {
  if (path.startsWith('.ci/')) return 'checks'
  if (path.endsWith('.test-d.ts')) return 'types'
  if (path.endsWith('.trial.test.ts')) return 'trials'
  if (path.endsWith('.databases.test.ts')) return 'databases'
  if (path.endsWith('.e2e.test.ts')) return 'e2e'
  return path.startsWith('examples/') ? 'examples' : 'unit'
}

/** Compares the test files on disk with what the runner would run. */
export function projectProblems(onDisk: readonly string[], listed: readonly Listed[]): string[] {
  const projects = new Map<string, string[]>()
  for (const { file, projectName } of listed)
    projects.set(file, [...(projects.get(file) ?? []), projectName ?? '(unnamed)'])
  return onDisk.flatMap((path) => {
    const found = projects.get(path) ?? []
    if (found.length === 0) return [`${path}: belongs to no project and never runs`]
    if (found.length > 1) return [`${path}: belongs to ${found.join(' and ')}, and runs twice`]
    return found[0] === projectFor(path) ? [] : [`${path}: belongs to ${found[0]}, should to ${projectFor(path)}`]
  })
}

/** Every file of the tree that is one of tests, by its name or by what it imports; folders with a dot are looked into too. */
export function testFiles(root: string): string[] {
  const all = files(root, `**/${code}`, `.*/**/${code}`).filter((path) => !benchFile.test(path))
  // Parsing every file would take seconds; few of them name vitest at all.
  const registering = (path: string) => read(root, path).includes('vitest') && registersTests(parse(root, path))
  return all.filter((path) => testName.test(path) || registering(path))
}

export const testProjects: Check = {
  name: 'test-projects',
  todo: 'put the file in packages/<name>/test/ with a name ending in .test.ts, .trial.test.ts, .databases.test.ts, .e2e.test.ts or .test-d.ts',
  async run(root) {
    const result = await run(tool('vitest'), ['list', '--filesOnly', '--json'], { cwd: root })
    if (result.code !== 0 || !result.stdout.startsWith('['))
      return { says: '', problems: [`vitest list ended with ${result.code}: ${result.output.trim()}`] }
    const listed = (JSON.parse(result.stdout) as Listed[]).map((one) => ({ ...one, file: relative(root, one.file) }))
    const onDisk = testFiles(root)
    return { says: `${onDisk.length} test files, each in one project`, problems: projectProblems(onDisk, listed) }
  },
}
