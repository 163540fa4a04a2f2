import { startDatabases } from '@mendkit/testbed'

/** The databases of one run: servers of its own, or why there are none. */
export type Servers =
  | { readonly absent: string }
  | ({ readonly postgres: string; readonly mariadb: string } & AsyncDisposable)

/** Starts PostgreSQL and MariaDB in a scratch folder, set up to lose nothing, as they are in production. */
export async function startServers(): Promise<Servers> {
  try {
    const started = await startDatabases()
    const { postgres, mariadb } = started
    return { postgres, mariadb, [Symbol.asyncDispose]: () => started.stop() }
  } catch (error) {
    return { absent: error instanceof Error ? error.message : String(error) }
  }
}
