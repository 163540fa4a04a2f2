import type { Check } from '../lib/check.ts'
import { exists, files, read } from '../lib/files.ts'
import { publishedPackages, readManifest, type WorkspacePackage } from '../lib/workspace.ts'
import { manifestProblems } from './rules/manifest-fields.ts'

const coreDependencies = new Set(['canonicalize', 'eventemitter3', 'zod'])
const options = new Set(['rootDir', 'noEmit'])

function problemsOf(root: string, { folder, short, manifest }: WorkspacePackage): string[] {
  const problems: string[] = []
  if (!exists(root, `${folder}/README.md`)) problems.push(`${folder}/README.md: missing`)
  if (short === 'core') {
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      if (!coreDependencies.has(name)) problems.push(`${folder}/package.json: core may not depend on ${name}`)
    }
  }
  return problems
}

/** A package may say where it is, never how strictly it is compiled. */
function tsconfigProblems(root: string): string[] {
  return files(root, 'packages/*/tsconfig.json', 'examples/*/tsconfig.json').flatMap((path) => {
    const config = JSON.parse(read(root, path)) as { extends?: string; compilerOptions?: Record<string, unknown> }
    const extra = Object.keys(config.compilerOptions ?? {}).filter((name) => !options.has(name))
    return [
      ...(config.extends === '../../tsconfig.json' ? [] : [`${path}: must extend ../../tsconfig.json`]),
      ...extra.map((name) => `${path}: sets ${name}; compiler options belong in the root's tsconfig.json`),
    ]
  })
}

export const packageFiles: Check = {
  name: 'package-files',
  todo: 'add the missing file or field; LICENSE itself is packed from the root of the repository',
  run(root) {
    const packages = publishedPackages(root)
    const licence = exists(root, 'LICENSE') && read(root, 'LICENSE').includes('Apache License')
    const versions = new Set(packages.map((one) => one.manifest.version))
    const problems = [
      ...(licence ? [] : ['LICENSE: missing, or not the Apache License']),
      ...(versions.size > 1 ? [`packages: one version for all, found ${[...versions].join(', ')}`] : []),
      ...(readManifest(root, 'package.json').private === true ? [] : ['package.json: the root must be private']),
      ...packages.flatMap((one) => [...problemsOf(root, one), ...manifestProblems(one)]),
      ...tsconfigProblems(root),
    ]
    return {
      says: `${packages.length} published packages have README.md, LICENSE, one version and whole manifests`,
      problems,
    }
  },
}
