import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import type { Check } from '../../lib/check.ts'

const roots: string[] = []
afterAll(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true })
})

/** A throw-away repository with these files; it is gone when the tests of the file have run. */
export function fixture(contents: Readonly<Record<string, string | object>>): string {
  const root = mkdtempSync(join(tmpdir(), 'mendkit-checks-'))
  roots.push(root)
  for (const [path, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return root
}

/** The problems that a check finds in a repository of these files. */
export async function problems(
  check: Check,
  contents: Readonly<Record<string, string | object>>,
): Promise<readonly string[]> {
  return (await check.run(fixture(contents))).problems
}

/** A whole manifest of a published package in the folder of its name. */
export function manifest(name: string, more: object = {}): object {
  const directory = `packages/${name.replace('@mendkit/', '')}`
  const address = 'https://github.com/mendkit/mendkit'
  return {
    name,
    version: '0.1.0',
    description: 'A package of the tests',
    keywords: ['mendkit', 'tests'],
    license: 'Apache-2.0',
    homepage: `${address}/tree/main/${directory}#readme`,
    bugs: `${address}/issues`,
    repository: { type: 'git', url: `git+${address}.git`, directory },
    type: 'module',
    sideEffects: false,
    engines: { node: '>=22.19.0' },
    files: ['dist', 'README.md', 'LICENSE'],
    publishConfig: { access: 'public' },
    ...more,
  }
}
