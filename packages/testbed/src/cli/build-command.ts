import { MendkitError } from '@mendkit/core'
import { buildGoServer } from '../build/build-go-server.ts'
import { cacheFolder } from '../build/cache-folder.ts'
import { unpackDebianPrometheus } from '../build/debian-prometheus.ts'
import { findPrometheus } from '../build/find-servers.ts'
import { goServers, logJudge } from '../build/go-servers.ts'
import { proofOfStart } from '../build/proof-of-start.ts'

/** Builds what is not built yet, fetches what is not there yet, and starts each once. One line for each server. */
export async function buildCommand(print: (line: string) => void): Promise<void> {
  const cache = cacheFolder()
  for (const server of [...goServers, logJudge]) {
    const outcome = await buildGoServer(cache, server)
    const size = `${(outcome.bytes / 2 ** 20).toFixed(0)} MiB`
    const how = outcome.built ? `built in ${outcome.seconds} s` : 'already built'
    const says = await proofOfStart(outcome.path, server.versionArguments)
    print(`${outcome.name} ${outcome.version}: ${how}, ${size}, starts: ${says}`)
  }
  const there = findPrometheus(cache)
  if (there === undefined) await unpackDebianPrometheus(cache)
  const how = there === undefined ? 'fetched as a Debian package' : 'already there'
  const path = findPrometheus(cache)
  if (path === undefined)
    throw new MendkitError('rejected', 'the Debian package prometheus holds no usr/bin/prometheus')
  print(`prometheus: ${how}, ${path}, starts: ${await proofOfStart(path)}`)
}
