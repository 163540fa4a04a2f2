import { createMendkit, defineNotifier, type Mendkit, type Store, silentLogger } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { makeDatabase, servers, withoutServers } from '@mendkit/testbed/databases'
import { describe, expect, onTestFinished, test } from 'vitest'

/** So long that no sweep of a test finds anything. */
const never = 3_600_000

function host(store: Store, ...run: readonly 'run'[]): Mendkit {
  const mendkit = createMendkit({
    store,
    notifiers: [defineNotifier({ id: 'people', reachesPeople: true, send: async () => undefined })],
    settings: { engine: { sweepMs: never }, correlation: { settleMs: 0 } },
    system: { log: silentLogger },
  })
  const stopping = new AbortController()
  const running = run.length > 0 ? mendkit.run({ signal: stopping.signal }) : Promise.resolve()
  onTestFinished(async () => {
    stopping.abort()
    await running
    await mendkit.close()
  })
  return mendkit
}

describe.runIf(servers.includes('postgres'))('a host that listens (needs PostgreSQL)', () => {
  test('takes up at once what another host has committed, also after its connection was cut', async () => {
    const { url, run } = await makeDatabase('postgres')
    const [worker, intake] = [host(sqlStore(url, { nudges: true }), 'run'), host(sqlStore(url, { nudges: true }))]
    const listeners = () =>
      run(`select pid from pg_stat_activity where application_name = 'mendkit nudges' and datname = current_database()`)
    await expect.poll(async () => (await listeners()).length, { timeout: 30_000 }).toBe(1)

    const isHandled = async (name: string) => {
      const alerts = [{ labels: { alertname: name }, status: 'firing' as const }]
      await intake.ingest({ source: 'am', complete: false, asOf: new Date().toISOString(), alerts })
      const phase = async () =>
        (await worker.incidents.list()).find(({ title }) => title.startsWith(name))?.phase ?? 'not there'
      // The step after the first is due in the same process, which knows by itself.
      await expect.poll(phase, { timeout: 30_000 }).toBe('handed-over')
    }
    await isHandled('First')

    const [cut] = await listeners()
    await run(`select pg_terminate_backend(${String(cut?.['pid'])})`)
    // Nobody listens now: what is told is lost, and found when somebody listens again.
    await isHandled('Second')
    await expect.poll(async () => (await listeners()).length, { timeout: 30_000 }).toBe(1)
    expect((await listeners())[0]?.['pid']).not.toBe(cut?.['pid'])
    await isHandled('Third')
  })
})

if (servers.length === 0) test('nudges between hosts', ({ skip }) => skip(withoutServers))
