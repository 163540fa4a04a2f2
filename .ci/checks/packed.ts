import type { Check } from '../lib/check.ts'
import { run, tool } from '../lib/command.ts'
import { type Packed, withPacked } from '../lib/packed.ts'

const required = ['package/LICENSE', 'package/README.md', 'package/package.json']

/** What is wrong with one file that the registry would serve. */
export async function tarballProblems({ manifest, tarball }: Pick<Packed, 'manifest' | 'tarball'>): Promise<string[]> {
  const env = { NO_COLOR: '1', FORCE_COLOR: '0' }
  const listed = await run('tar', ['-tzf', tarball])
  const names = new Set(listed.stdout.split('\n'))
  const problems = required
    .filter((name) => !names.has(name))
    .map((name) => `${manifest.name}: the tarball has no ${name}`)
  const linted = await run(tool('publint'), [tarball, '--strict'], { env })
  if (linted.code !== 0) problems.push(`${manifest.name}: publint: ${linted.output.trim()}`)
  const typed = await run(tool('attw'), [tarball, '--profile', 'esm-only', '--format', 'ascii'], { env })
  if (typed.code !== 0) problems.push(`${manifest.name}: attw: ${typed.output.trim()}`)
  return problems
}

export const packed: Check = {
  name: 'packed',
  todo: "mend the package's exports, files or publishConfig; this is what its users would get",
  run: (root) =>
    withPacked(root, async (all) => {
      const problems: string[] = []
      for (const one of all) problems.push(...(await tarballProblems(one)))
      return { says: `${all.length} tarballs pass publint and attw, with README.md and LICENSE`, problems }
    }),
}
