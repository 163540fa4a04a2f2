import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pnpm } from './pnpm.ts'
import { publishedPackages, type WorkspacePackage } from './workspace.ts'

export interface Packed extends WorkspacePackage {
  /** The file that the registry would serve. */
  readonly tarball: string
}

/** Packs every published package as a release would, hands the files to `use`, and deletes them. */
export async function withPacked<Result>(
  root: string,
  use: (packed: readonly Packed[]) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-packed-'))
  try {
    const packages = publishedPackages(root)
    const filters = packages.flatMap((one) => ['--filter', one.manifest.name])
    const { code, output } = await pnpm(['-r', ...filters, 'pack', '--pack-destination', folder], { cwd: root })
    if (code !== 0) throw new Error(`pnpm pack ended with ${code}: ${output.trim()}`)
    const file = ({ manifest }: WorkspacePackage) =>
      `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`
    return await use(packages.map((one) => ({ ...one, tarball: join(folder, file(one)) })))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
