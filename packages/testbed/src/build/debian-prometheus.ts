import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MendkitError } from '@mendkit/core'
import { runCommand } from './run-command.ts'

/** Where the unpacked Debian package is kept. */
export function debianFolder(cache: string): string {
  return join(cache, 'debian')
}

/**
 * Fetches Prometheus as a Debian package and unpacks it into the cache.
 *
 * Nothing is installed: no service starts, no root is needed, and the system stays as it was. Throws `unsupported` where
 * there is no apt-get (install it by other means and put it on the PATH), and `rejected` when apt-get
 * cannot find or fetch them.
 */
export async function unpackDebianPrometheus(cache: string): Promise<string> {
  const folder = debianFolder(cache)
  await mkdir(dirname(folder), { recursive: true })
  const work = await mkdtemp(join(cache, 'debian-'))
  try {
    await download(work)
    for (const file of (await readdir(work)).filter((name) => name.endsWith('.deb'))) {
      await runCommand('dpkg-deb', ['-x', file, 'root'], { folder: work })
    }
    await rm(folder, { recursive: true, force: true })
    await rename(join(work, 'root'), folder)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return folder
}

async function download(folder: string): Promise<void> {
  // As root, apt-get would else warn that its own user cannot write here.
  const fetchPackage = () =>
    runCommand('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', 'download', 'prometheus'], { folder })
  try {
    await fetchPackage()
  } catch (error) {
    if (MendkitError.is(error, 'unavailable')) {
      throw new MendkitError('unsupported', 'no apt-get here: put prometheus on the PATH', {
        cause: error,
      })
    }
    if (process.getuid?.() !== 0) throw error
    // Package lists are absent or stale on a fresh machine.
    await runCommand('apt-get', ['-q', 'update'])
    await fetchPackage()
  }
}
