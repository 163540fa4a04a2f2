import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MendkitError } from '@mendkit/core'
import { runCommand } from './run-command.ts'

/** Where the unpacked Debian package of Prometheus is kept. */
export function debianFolder(cache: string): string {
  return join(cache, 'debian')
}

/**
 * Fetches Debian packages, with those that they need and this machine lacks, and unpacks them into a folder of their own.
 *
 * Nothing is installed: no service starts, no root is needed, and the system stays as it was. Throws `unsupported` where
 * there is no apt-get, and `rejected` when apt-get cannot find or fetch them.
 */
export async function unpackDebianPackages(folder: string, packages: readonly string[]): Promise<void> {
  await mkdir(dirname(folder), { recursive: true })
  const work = await mkdtemp(`${folder}-`)
  try {
    await download(work, packages)
    for (const file of (await readdir(work)).filter((name) => name.endsWith('.deb'))) {
      await runCommand('dpkg-deb', ['-x', file, 'root'], { folder: work })
    }
    await rm(folder, { recursive: true, force: true })
    await rename(join(work, 'root'), folder)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** The packages of the databases, of the versions that this release of Debian has. */
export async function databasePackages(): Promise<readonly string[]> {
  const depends = await runCommand('apt-cache', ['depends', 'postgresql'])
  const [postgres] = /postgresql-\d+/.exec(depends) ?? []
  if (postgres === undefined) throw new MendkitError('rejected', `apt-cache knows no PostgreSQL here: ${depends}`)
  return [postgres, 'mariadb-server-core']
}

async function download(folder: string, packages: readonly string[]): Promise<void> {
  // As root, apt-get would else warn that its own user cannot write here.
  const fetchPackages = async () => {
    const names = [...new Set([...packages, ...(await lacking(packages))])]
    await runCommand('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', 'download', ...names], { folder })
  }
  try {
    await fetchPackages()
  } catch (error) {
    if (MendkitError.is(error, 'unavailable')) {
      throw new MendkitError('unsupported', `no apt-get here to fetch ${packages.join(', ')} with`, { cause: error })
    }
    if (process.getuid?.() !== 0) throw error
    // Package lists are absent or stale on a fresh machine.
    await runCommand('apt-get', ['-q', 'update'])
    await fetchPackages()
  }
}

/** What an installation would bring along, by a rehearsal that changes nothing. */
async function lacking(packages: readonly string[]): Promise<readonly string[]> {
  const rehearsed = await runCommand('apt-get', ['-q', '-s', '--no-install-recommends', 'install', ...packages])
  return [...rehearsed.matchAll(/^Inst (\S+)/gm)].flatMap(([, name]) => (name === undefined ? [] : [name]))
}
