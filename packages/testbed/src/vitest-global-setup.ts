import type { TestProject } from 'vitest/node'
import { findServers } from './build/find-servers.ts'
import { startTestbed } from './start-testbed.ts'
import type { OwnedTestbed, TestbedDescription } from './testbed.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the testbed of this run is; `undefined` when its servers are not built. */
    testbed: TestbedDescription | undefined
  }
}

let testbed: OwnedTestbed | undefined

/**
 * Starts one testbed for all tests of a project and provides its description as `testbed`.
 *
 * Without the servers it prints one line and provides `undefined`; with `MENDKIT_REQUIRE_SERVERS=1` it throws instead.
 */
export async function setup(project: TestProject): Promise<void> {
  const servers = findServers()
  if (servers.kind === 'missing' && process.env['MENDKIT_REQUIRE_SERVERS'] !== '1') {
    console.log(`Skipping tests on real servers; not built: ${servers.missing.join(', ')}. Run: pnpm testbed build`)
    project.provide('testbed', undefined)
    return
  }
  testbed = await startTestbed()
  const { id, folder, kubeApi, prometheus, alertmanager, kubeStateMetrics, control } = testbed
  project.provide('testbed', { id, folder, kubeApi, prometheus, alertmanager, kubeStateMetrics, control })
}

/** Stops the testbed. */
export async function teardown(): Promise<void> {
  await testbed?.stop()
}
