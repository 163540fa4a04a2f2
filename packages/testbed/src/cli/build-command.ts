import { MendkitError } from '@mendkit/core'
import { buildGoServer } from '../build/build-go-server.ts'
import { cacheFolder } from '../build/cache-folder.ts'
import { databasePackages, debianFolder, unpackDebianPackages } from '../build/debian-packages.ts'
import { databaseEnvironment, databasesFolder, findDatabases } from '../build/find-databases.ts'
import { findPrometheus } from '../build/find-servers.ts'
import { goServers, logJudge, versitygw } from '../build/go-servers.ts'
import { proofOfStart } from '../build/proof-of-start.ts'

/** Builds what is not built yet, fetches what is not there yet, and starts each once. One line for each server. */
export async function buildCommand(print: (line: string) => void): Promise<void> {
  const cache = cacheFolder()
  for (const server of [...goServers, logJudge, versitygw]) {
    const outcome = await buildGoServer(cache, server)
    const size = `${(outcome.bytes / 2 ** 20).toFixed(0)} MiB`
    const how = outcome.built ? `built in ${outcome.seconds} s` : 'already built'
    const says = await proofOfStart(outcome.path, server.versionArguments)
    print(`${outcome.name} ${outcome.version}: ${how}, ${size}, starts: ${says}`)
  }
  await provideDatabases(print)
  const there = findPrometheus(cache)
  if (there === undefined) await unpackDebianPackages(debianFolder(cache), ['prometheus'])
  const how = there === undefined ? 'fetched as a Debian package' : 'already there'
  const path = findPrometheus(cache)
  if (path === undefined)
    throw new MendkitError('rejected', 'the Debian package prometheus holds no usr/bin/prometheus')
  print(`prometheus: ${how}, ${path}, starts: ${await proofOfStart(path)}`)
}

async function provideDatabases(print: (line: string) => void): Promise<void> {
  const there = findDatabases()
  if (there.kind === 'missing') await unpackDebianPackages(databasesFolder(), await databasePackages())
  const how = there.kind === 'missing' ? 'fetched as a Debian package' : 'already there'
  const found = findDatabases()
  if (found.kind === 'missing') {
    throw new MendkitError('rejected', `the Debian packages of the databases hold no ${found.missing.join(', ')}`)
  }
  const { root, postgres, mariadbd } = found.paths
  for (const path of [postgres, mariadbd]) {
    print(`${path}: ${how}, starts: ${await proofOfStart(path, ['--version'], databaseEnvironment(root))}`)
  }
}
