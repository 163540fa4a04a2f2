import { dirname } from 'node:path'
import { files, read } from './files.ts'

/** The parts of a package.json that the checks read. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly description?: string
  readonly keywords?: readonly string[]
  readonly license?: string
  readonly homepage?: string
  readonly bugs?: string
  readonly repository?: { readonly type?: string; readonly url?: string; readonly directory?: string }
  readonly type?: string
  readonly sideEffects?: boolean
  readonly engines?: { readonly node?: string }
  readonly files?: readonly string[]
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean }
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

export interface WorkspacePackage {
  /** Relative to the root of the repository, such as `packages/core`. */
  readonly folder: string
  /** The folder's last part, such as `core`. */
  readonly short: string
  readonly manifest: Manifest
}

export function readManifest(root: string, path: string): Manifest {
  return JSON.parse(read(root, path)) as Manifest
}

function packagesUnder(root: string, parent: string): WorkspacePackage[] {
  return files(root, `${parent}/*/package.json`).map((path) => {
    const folder = dirname(path)
    return { folder, short: folder.slice(parent.length + 1), manifest: readManifest(root, path) }
  })
}

/** Everything in `packages/`. */
export function allPackages(root: string): WorkspacePackage[] {
  return packagesUnder(root, 'packages')
}

/** Everything in `examples/`. */
export function examples(root: string): WorkspacePackage[] {
  return packagesUnder(root, 'examples')
}

/** The packages that users install. */
export function publishedPackages(root: string): WorkspacePackage[] {
  return allPackages(root).filter((one) => one.manifest.private !== true)
}
