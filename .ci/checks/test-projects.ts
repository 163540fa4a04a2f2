import { relative } from 'node:path'
import type { Check } from '../lib/check.ts'
import { run, tool } from '../lib/command.ts'
import { files } from '../lib/files.ts'

interface Listed {
  readonly file: string
  readonly projectName?: string
}

const testFile = '*.{test,spec,test-d,spec-d,bench}.{ts,tsx,mts,cts,js,mjs,cjs}'
const benchFile = /\.bench\.[a-z]+$/

/** Which project runs a test file, by its name and place; the runner's own answer is compared with this. */
function projectFor(path: string): string {
  if (path.startsWith('.ci/')) return 'checks'
  if (path.endsWith('.test-d.ts')) return 'types'
  return path.endsWith('.e2e.test.ts') || path.startsWith('examples/') ? 'e2e' : 'unit'
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

export const testProjects: Check = {
  name: 'test-projects',
  todo: 'put the file in packages/<name>/test/ with a name ending in .test.ts, .e2e.test.ts or .test-d.ts',
  async run(root) {
    const { code, stdout, output } = await run(tool('vitest'), ['list', '--filesOnly', '--json'], { cwd: root })
    if (code !== 0 || !stdout.startsWith('['))
      return { says: '', problems: [`vitest list ended with ${code}: ${output.trim()}`] }
    const listed = (JSON.parse(stdout) as Listed[]).map((one) => ({ ...one, file: relative(root, one.file) }))
    const onDisk = files(root, testFile, `{packages,examples,docs,.ci,.github}/**/${testFile}`).filter(
      (path) => !benchFile.test(path),
    )
    return { says: `${onDisk.length} test files, each in one project`, problems: projectProblems(onDisk, listed) }
  },
}
