import { defineNotifier, MendkitError, type Notice, silentLogger as silent } from '@mendkit/core'
import { expect, test } from 'vitest'
import { composeHost, type Host, hang, openHost } from './support/host.ts'

const away = new MendkitError('unavailable', 'the store is away')
const hour = 3_600_000

async function reasons(host: Pick<Host, 'mendkit' | 'clock'>): Promise<readonly string[]> {
  const asked = host.mendkit.health()
  await host.clock.advance(5_000)
  const { ok, because } = await asked
  expect(ok).toBe(because.length === 0)
  return because
}

test('a host that runs is well, and says when it last correlated', async () => {
  const host = await openHost()
  await host.clock.advance(60_000)
  const last = new Date(host.clock.now()).toISOString()
  expect(await host.mendkit.health()).toEqual({
    ok: true,
    running: true,
    store: 'reachable',
    lastSweepAt: last,
    because: [],
    failedNotices: { count: 0, newest: [] },
    unansweredEscalations: { count: 0, newest: [] },
  })
  await host.stop()
})

test('a host that does not run is not well, before and after', async () => {
  const { mendkit } = composeHost()
  expect(await mendkit.health()).toEqual({
    ok: false,
    running: false,
    store: 'reachable',
    because: ['run was not called, or has ended'],
  })
  await mendkit.close()
  expect(await mendkit.health()).toMatchObject({
    ok: false,
    store: 'unreachable',
    because: ['run was not called, or has ended', 'the store does not answer'],
  })
})

test('a store that fails or never answers does not answer, and health does not wait for it', async () => {
  let now: () => Promise<number> = () => Promise.reject(away)
  const host = composeHost({ faults: () => ({ now: () => now() }) })
  expect(await reasons(host)).toContain('the store does not answer')
  now = hang
  expect(await reasons(host)).toContain('the store does not answer')
  now = async () => 0
  expect(await reasons(host)).toEqual(['run was not called, or has ended'])
})

test('a store that never opens does not answer', async () => {
  expect(await reasons(composeHost({ faults: () => ({ open: hang }) }))).toContain('the store does not answer')
})

const sweeps = [
  { reads: 'pendingAlerts', sweep: 'correlate', words: 'alerts were not correlated' },
  { reads: 'claim', sweep: 'claim', words: 'due incidents were not claimed' },
  { reads: 'list', sweep: 'notices', words: 'notices were not delivered' },
] as const

for (const { reads, sweep, words } of sweeps) {
  test(`${sweep}: a sweep that fails is said and counted until one succeeds`, async () => {
    let failing = true
    const host = await openHost({
      faults: (store) => ({
        [reads]: (...args: unknown[]): unknown =>
          failing && args[0] !== 'partition' && args[0] !== 'change'
            ? Promise.reject(away)
            : (Reflect.apply(store[reads], store, args) as unknown),
      }),
    })
    expect(await host.mendkit.health()).toMatchObject({ ok: false, because: [`${words} at the last sweep`] })
    await host.clock.advance(10_000)
    expect((await host.mendkit.health()).because).toEqual([expect.stringMatching(`^${words} at the last \\d+ sweeps$`)])
    const counted = new RegExp(`^mendkit_sweep_failures_total\\{sweep="${sweep}"\\} [1-9]`, 'm')
    expect(host.mendkit.metrics()).toMatch(counted)
    failing = false
    await host.clock.advance(10_000)
    expect((await host.mendkit.health()).because).toEqual([])
    await host.stop()
  })

  test(`${sweep}: a first sweep that never ends is said once it is late`, async () => {
    const host = await openHost({
      faults: (store) => ({
        [reads]: (...args: unknown[]): unknown =>
          args[0] !== 'partition' && args[0] !== 'change'
            ? hang()
            : (Reflect.apply(store[reads], store, args) as unknown),
      }),
    })
    await host.clock.advance(9_000)
    expect((await host.mendkit.health()).because).toEqual([])
    await host.clock.advance(hour)
    expect((await host.mendkit.health()).because).toEqual([`${words} for a while`])
    await host.stop()
  })
}

test('a store that takes no claims calls for help, once, and the page is in the log when it is back', async () => {
  let failing = true
  const pages: Notice[] = []
  const host = await openHost({
    notifiers: [defineNotifier({ id: 'pager', send: async (notice) => void pages.push(notice) })],
    faults: (store) => ({
      claim: (wanted, ctx) => (failing ? Promise.reject(new Error('database is locked')) : store.claim(wanted, ctx)),
    }),
  })
  await host.clock.advance(5_000)
  expect(pages).toEqual([])
  await host.clock.advance(60_000)
  expect(pages).toMatchObject([
    { urgency: 'page', tenant: 'default', incidentId: 'engine', body: expect.stringContaining('database is locked') },
  ])
  failing = false
  await host.clock.advance(10_000)
  expect(pages).toHaveLength(1)
  expect((await host.entries()).map(({ type }) => type)).toContain('notice-sent')
  await host.stop()
})

test('a restart of the database that fails a few claims calls nobody', async () => {
  let failures = 5
  const pages: Notice[] = []
  const host = await openHost({
    notifiers: [defineNotifier({ id: 'pager', send: async (notice) => void pages.push(notice) })],
    faults: (store) => ({
      claim: (wanted, ctx) => (failures-- > 0 ? Promise.reject(away) : store.claim(wanted, ctx)),
    }),
  })
  await host.clock.advance(60_000)
  expect(pages).toEqual([])
  await host.stop()
})

test('a detector that keeps failing is named, one that failed once is not, and a batch makes it well', async () => {
  let answer: () => Promise<unknown> = () => Promise.reject(new MendkitError('rejected', '401'))
  let stale = true
  const batch = { source: 'once', complete: false, asOf: new Date(0).toISOString(), alerts: [] }
  const detector = (id: string, ask: () => Promise<unknown>) => ({
    spec: 1 as const,
    id,
    async *alerts() {
      yield (await ask()) as never
    },
  })
  const once = async () => {
    if (!stale) return batch
    stale = false
    throw new Error('a moment')
  }
  const host = await openHost({
    integrations: [{ detectors: [detector('am', () => answer()), detector('once', once)] }],
  })
  await host.clock.advance(hour)
  expect((await host.mendkit.health()).because).toEqual([
    expect.stringMatching(/^detectors that keep failing: am \(\d+ times since 2026-01-01T00:00:00\.000Z\)$/),
  ])
  answer = async () => batch
  await host.clock.advance(10_000)
  expect((await host.mendkit.health()).because).toEqual([])
  await host.stop()
})

test('a detector that has nothing to say after it failed is not said to fail for ever', async () => {
  let failures = 5
  const silent = {
    spec: 1 as const,
    id: 'stream',
    alerts() {
      if (failures-- > 0) throw new Error('no connection')
      return { [Symbol.asyncIterator]: () => ({ next: hang }) }
    },
  }
  const host = await openHost({ integrations: [{ detectors: [silent] }] })
  await host.clock.advance(60_000)
  expect((await host.mendkit.health()).because).toEqual([expect.stringContaining('stream')])
  await host.clock.advance(hour)
  expect((await host.mendkit.health()).because).toEqual([])
  await host.stop()
})

test('a store that takes claims but no steps is said, by incident', async () => {
  let failing = false
  const host = await openHost({
    faults: (store) => ({
      commit: (change, ctx) => (failing ? Promise.reject(away) : store.commit(change, ctx)),
    }),
  })
  await host.alert()
  await host.clock.advance(2_000)
  failing = true
  await host.clock.advance(60_000)
  const [incident] = await host.mendkit.incidents.list()
  expect((await host.mendkit.health()).because).toContainEqual(
    expect.stringContaining(`incidents whose steps keep failing: ${incident?.id}`),
  )
  failing = false
  await host.clock.advance(60_000)
  expect((await host.mendkit.health()).because).toEqual([])
  await host.stop()
})

test('notices that nobody will take are counted and named, newest first, and do not make a host unwell', async () => {
  const host = await openHost({
    notifiers: [
      defineNotifier({ id: 'pager', send: () => Promise.reject(new MendkitError('rejected', 'no such key')) }),
    ],
  })
  for (let index = 0; index < 7; index += 1) await host.alert(`Broken${index}`)
  await host.clock.advance(hour)
  const notices = await host.store.list('notice', { limit: 100 }, { signal: new AbortController().signal, log: silent })
  const failed = notices.filter(({ state }) => state === 'failed').map(({ id }) => id)
  expect(failed.length).toBeGreaterThan(5)
  expect(await host.mendkit.health()).toMatchObject({
    ok: true,
    failedNotices: { count: failed.length, newest: failed.slice(-5).toReversed() },
  })
  expect(host.mendkit.metrics()).toContain(`mendkit_notices_failed ${failed.length}\n`)
  await host.stop()
  expect((await host.mendkit.health()).failedNotices).toBeUndefined()
})
