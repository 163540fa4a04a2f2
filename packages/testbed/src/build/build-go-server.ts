import { existsSync } from 'node:fs'
import { mkdir, rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type GoBuild, type GoServer, goBuildOf } from './go-servers.ts'
import { runCommand } from './run-command.ts'

/** What building one server came to. */
export interface BuildOutcome {
  readonly name: string
  readonly version: string
  readonly path: string
  /** False when the cache already had it. */
  readonly built: boolean
  readonly bytes: number
  /** Wall-clock seconds; 0 when nothing was built. */
  readonly seconds: number
}

/** Where the binary of a build is kept. Its name is the server's own, which its requests and its writes carry. */
export function binaryPath(cache: string, build: GoBuild): string {
  return join(cache, 'bin', build.binaryFolder, build.server.name)
}

/**
 * Builds a server into the cache, unless these very pins were built before.
 *
 * The installed Go is used as it is; it never fetches another toolchain. Throws `unavailable` without Go and `rejected`
 * with the compiler's words when the build fails.
 */
export async function buildGoServer(cache: string, server: GoServer): Promise<BuildOutcome> {
  const build = goBuildOf(server)
  const path = binaryPath(cache, build)
  const { name } = server
  const { version } = build
  if (existsSync(path)) return { name, version, path, built: false, bytes: (await stat(path)).size, seconds: 0 }
  await mkdir(dirname(path), { recursive: true })
  const begun = performance.now()
  // Renamed when whole, so that a cut build never looks like a binary.
  const unfinished = `${path}.${process.pid}.unfinished`
  await runCommand('go', [...build.arguments, '-o', unfinished, server.mainPackage], {
    folder: build.moduleFolder,
    environment: { GOTOOLCHAIN: 'local', GOFLAGS: '-buildvcs=false', CGO_ENABLED: '0' },
  })
  await rename(unfinished, path)
  const seconds = Math.round((performance.now() - begun) / 100) / 10
  return { name, version, path, built: true, bytes: (await stat(path)).size, seconds }
}
