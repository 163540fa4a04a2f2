import { buildGoServer } from '../build/build-go-server.ts'
import { cacheFolder } from '../build/cache-folder.ts'
import { unpackDebianPrometheus } from '../build/debian-prometheus.ts'
import { findPrometheus } from '../build/find-servers.ts'
import { goServers } from '../build/go-servers.ts'

/** Builds what is not built yet and fetches what is not there yet. One line for each server. */
export async function buildCommand(print: (line: string) => void): Promise<void> {
  const cache = cacheFolder()
  for (const server of goServers) {
    const outcome = await buildGoServer(cache, server)
    const size = `${(outcome.bytes / 2 ** 20).toFixed(0)} MiB`
    const how = outcome.built ? `built in ${outcome.seconds} s` : 'already built'
    print(`${outcome.name} ${outcome.version}: ${how}, ${size}`)
  }
  const there = findPrometheus(cache)
  if (there === undefined) await unpackDebianPrometheus(cache)
  const how = there === undefined ? 'fetched as a Debian package' : 'already there'
  print(`prometheus: ${how}, ${findPrometheus(cache) ?? 'not found in the package'}`)
}
