import type { TestProject } from 'vitest/node'
import { findDatabases } from './build/find-databases.ts'
import { type DatabasesDescription, type OwnedDatabases, startDatabases } from './databases/start-databases.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the databases of this run are; `undefined` when they are not there. */
    databases: DatabasesDescription | undefined
  }
}

let databases: OwnedDatabases | undefined

/**
 * Starts the databases for all tests of a project and provides where they are as `databases`.
 *
 * Without them it prints one line and provides `undefined`; with `MENDKIT_REQUIRE_SERVERS=1` it throws instead.
 */
export async function setup(project: TestProject): Promise<void> {
  const found = findDatabases()
  if (found.kind === 'missing' && process.env['MENDKIT_REQUIRE_SERVERS'] !== '1') {
    console.log(`Skipping tests on databases; not there: ${found.missing.join(', ')}. Run: pnpm testbed build`)
    project.provide('databases', undefined)
    return
  }
  databases = await startDatabases()
  const { postgres, mariadb } = databases
  project.provide('databases', { postgres, mariadb })
}

/** Stops the databases. */
export async function teardown(): Promise<void> {
  await databases?.stop()
}
