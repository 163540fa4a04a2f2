import { randomBytes } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MendkitError } from '@mendkit/core'
import { findDatabases } from '../build/find-databases.ts'
import { freePorts } from '../machine/free-ports.ts'
import { startWatchdog } from '../machine/watchdog.ts'
import { databaseUser, giveFolder } from './database-machine.ts'
import { startMariadb } from './start-mariadb.ts'
import { startPostgres } from './start-postgres.ts'

/** Where running databases are, as URLs of users who may do everything. Plain data. */
export interface DatabasesDescription {
  readonly postgres: string
  readonly mariadb: string
}

/** Databases that this process started. */
export interface OwnedDatabases extends DatabasesDescription {
  /** Ends the servers and removes their folder. */
  stop(): Promise<void>
}

/**
 * Starts a PostgreSQL and a MariaDB that write to the disk as they would anywhere, on free loopback ports, in a scratch
 * folder, as a user without rights. They end with `stop()`, and with this process however that ends.
 *
 * Throws `unavailable` when they are not unpacked yet or do not start; the message then has the end of a log.
 */
export async function startDatabases(): Promise<OwnedDatabases> {
  const found = findDatabases()
  if (found.kind === 'missing') {
    throw new MendkitError('unavailable', `not there yet: ${found.missing.join(', ')}. Run: pnpm testbed build`)
  }
  const user = databaseUser()
  const folder = await mkdtemp(join(tmpdir(), 'mendkit-databases-'))
  await giveFolder(folder, user)
  const watchdog = startWatchdog(folder)
  const machine = { folder, paths: found.paths, watchdog, user }
  try {
    const ports = await freePorts('postgres', 'mariadb')
    const password = randomBytes(12).toString('hex')
    const starting = await Promise.allSettled([
      startPostgres(machine, ports.postgres, password),
      startMariadb(machine, ports.mariadb, password),
    ])
    // Both to their end, so that nothing starts any more when one has failed.
    const [startedPostgres, startedMariadb] = starting
    if (startedPostgres.status === 'rejected') throw startedPostgres.reason
    if (startedMariadb.status === 'rejected') throw startedMariadb.reason
    const [postgres, mariadb] = [startedPostgres.value, startedMariadb.value]
    return {
      postgres: `postgres://mendkit:${password}@127.0.0.1:${ports.postgres}/postgres`,
      mariadb: `mariadb://mendkit:${password}@127.0.0.1:${ports.mariadb}/mysql`,
      async stop() {
        // At SIGTERM PostgreSQL would wait for its clients to go.
        await Promise.all([postgres.stop('SIGINT'), mariadb.stop('SIGTERM')])
        await watchdog.finish()
      },
    }
  } catch (error) {
    await watchdog.finish()
    throw error
  }
}
