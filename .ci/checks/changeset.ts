import type { Check } from '../lib/check.ts'
import { exists, files, read } from '../lib/files.ts'
import { publishedPackages, type WorkspacePackage } from '../lib/workspace.ts'

/** The packages that a changeset's front matter names. */
function named(text: string): string[] {
  const front = /^---\n([\s\S]*?)\n---/.exec(text)?.[1] ?? ''
  return front.split('\n').flatMap((line) => /^['"]?([^'":]+)['"]?:\s*(?:major|minor|patch)\s*$/.exec(line)?.[1] ?? [])
}

/** True when the package's present version is in its change log, as it is right after a release. */
function released(root: string, { folder, manifest }: WorkspacePackage): boolean {
  const path = `${folder}/CHANGELOG.md`
  return exists(root, path) && read(root, path).includes(`## ${manifest.version}\n`)
}

export const changeset: Check = {
  name: 'changeset',
  todo: 'run `pnpm changeset`, choose the packages, and say in one sentence what changes for a user',
  run(root) {
    const packages = publishedPackages(root)
    const paths = files(root, '.changeset/*.md').filter((path) => path !== '.changeset/README.md')
    const changesets = paths.map((path) => ({ path, names: named(read(root, path)) }))
    const known = new Set(packages.map((one) => one.manifest.name))
    const pending = new Set(changesets.flatMap((one) => one.names))
    const problems = changesets.flatMap(({ path, names }) => [
      ...(names.length === 0 ? [`${path}: names no package`] : []),
      ...names.filter((name) => !known.has(name)).map((name) => `${path}: ${name} is not a published package`),
    ])
    for (const one of packages) {
      if (pending.has(one.manifest.name) || released(root, one)) continue
      problems.push(
        `${one.folder}: neither a changeset names it nor does its CHANGELOG.md have ${one.manifest.version}`,
      )
    }
    return { says: `${paths.length} pending, every published package is named or released`, problems }
  },
}
