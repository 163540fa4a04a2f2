import type { Check } from '../lib/check.ts'
import { exists, read } from '../lib/files.ts'
import { allPackages, examples, type Manifest, readManifest } from '../lib/workspace.ts'

const exact = /^(?:npm:(?:@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/

/** Dependencies that are installed here must be pinned; peers are ranges by design. */
function loose(where: string, manifest: Manifest): string[] {
  const installed = { ...manifest.dependencies, ...manifest.devDependencies }
  return Object.entries(installed)
    .filter(([, range]) => !range.startsWith('workspace:') && !exact.test(range))
    .map(([name, range]) => `${where}: ${name} is "${range}", not an exact version`)
}

export const lockFile: Check = {
  name: 'lock-file',
  todo: 'pin exact versions, and install with a registry setting that leaves no address in pnpm-lock.yaml',
  run(root) {
    if (!exists(root, 'pnpm-lock.yaml')) return { says: '', problems: ['pnpm-lock.yaml: missing'] }
    const lines = read(root, 'pnpm-lock.yaml').split('\n')
    const addresses = lines.flatMap((line, index) =>
      /tarball:|[a-z]+:\/\//i.test(line) ? [`pnpm-lock.yaml:${index + 1}: an address: ${line.trim()}`] : [],
    )
    const manifests = [...allPackages(root), ...examples(root)]
    const problems = [
      ...addresses,
      ...loose('package.json', readManifest(root, 'package.json')),
      ...manifests.flatMap((one) => loose(`${one.folder}/package.json`, one.manifest)),
    ]
    return { says: `${lines.length} lines without an address, every dependency pinned`, problems }
  },
}
