import { buildGoServer } from '../build/build-go-server.ts'
import { cacheFolder } from '../build/cache-folder.ts'
import { unpackDebianServers } from '../build/debian-servers.ts'
import { findMonitoring } from '../build/find-servers.ts'
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
  let monitoring = findMonitoring(cache)
  const fetched = !(monitoring.prometheus && monitoring.alertmanager)
  if (fetched) {
    await unpackDebianServers(cache)
    monitoring = findMonitoring(cache)
  }
  for (const [name, path] of Object.entries(monitoring)) {
    print(`${name}: ${fetched ? 'fetched as a Debian package' : 'already there'}, ${path}`)
  }
}
