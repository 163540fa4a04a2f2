import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'
import { isProgram } from './find-servers.ts'

/** Where the programs of the databases are. */
export interface DatabasePaths {
  /** Folder of the unpacked packages. */
  readonly root: string
  readonly postgres: string
  readonly initdb: string
  readonly mariadbd: string
}

/** Either every program, or the names of those that are not there. */
export type FoundDatabases =
  | { readonly kind: 'found'; readonly paths: DatabasePaths }
  | { readonly kind: 'missing'; readonly missing: readonly string[] }

/**
 * Where the unpacked packages are kept. Not below the cache of root, whose home is closed to the user that the databases
 * run as.
 */
export function databasesFolder(cache: string = cacheFolder()): string {
  return process.getuid?.() === 0 ? '/var/cache/mendkit/databases' : join(cache, 'databases')
}

/** Looks for the programs of the databases where `pnpm testbed build` puts them; what is installed by hand plays no part. */
export function findDatabases(root: string = databasesFolder()): FoundDatabases {
  const bin = postgresPrograms(root)
  const paths = {
    postgres: join(bin, 'postgres'),
    initdb: join(bin, 'initdb'),
    mariadbd: join(root, 'usr', 'sbin', 'mariadbd'),
  }
  const missing = Object.entries(paths).flatMap(([name, path]) => (isProgram(path) ? [] : [name]))
  return missing.length > 0 ? { kind: 'missing', missing } : { kind: 'found', paths: { root, ...paths } }
}

/** Debian keeps each major version in a folder of its own; which one it is depends on the release. */
function postgresPrograms(root: string): string {
  const versions = join(root, 'usr', 'lib', 'postgresql')
  const [version = 'none'] = existsSync(versions) ? readdirSync(versions) : []
  return join(versions, version, 'bin')
}

/** The environment in which the programs find the libraries that were unpacked beside them. */
export function databaseEnvironment(root: string): Readonly<Record<string, string>> {
  const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu'
  const folders = [join(root, 'usr', 'lib', triplet), join(root, 'lib', triplet)]
  return { LD_LIBRARY_PATH: folders.join(':'), LC_ALL: 'C', TZ: 'UTC' }
}
