import {
  type Analyzer,
  allowUpTo,
  type Logger,
  MendkitError,
  type MendkitOptions,
  type Permission,
  type Remediator,
} from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { version } from '../src/engine/host/version.ts'
import { composeHost, type Host, hang, openHost } from './support/host.ts'

const away = new MendkitError('unavailable', 'the store is away')

async function afterAbort(host: Host, ms: number): Promise<unknown> {
  host.abort()
  await host.clock.advance(ms)
  return host.ended()
}

test('a run writes what runs when it begins, and how it ended', async () => {
  const host = await openHost({
    integrations: [{ evidence: [{ spec: 1, id: 'metrics', tools: [], gather: async () => [] }] }],
  })
  expect(await host.entries()).toEqual([
    expect.objectContaining({
      type: 'engine-started',
      data: {
        version,
        store: host.store.id,
        durable: true,
        configuration: expect.stringMatching(/^[0-9a-f]{64}$/),
        integrations: ['metrics'],
      },
    }),
  ])
  expect(await afterAbort(host, 1_000)).toBe('ended')
  expect((await host.entries()).at(-1)).toMatchObject({ type: 'engine-stopped', data: { drained: true } })
  await host.mendkit.close()
})

test('the digest of the configuration changes with the settings and with what is plugged in', async () => {
  const digests = new Set<unknown>()
  const settings = { engine: { workers: 2 } }
  const policies = [allowUpTo('low')]
  for (const options of [{}, { settings }, { policies }, { policies, settings }]) {
    const host = await openHost(options)
    digests.add((await host.entries())[0]?.data['configuration'])
    await host.stop()
  }
  expect(digests.size).toBe(4)
})

test('a second run is refused while one is under way, and leaves it alone', async () => {
  const host = await openHost()
  await expect(host.mendkit.run()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('once') })
  expect(host.ended()).toBeUndefined()
  expect((await host.mendkit.health()).ok).toBe(true)
  await host.stop()
})

describe('what ignores its signal is left behind', () => {
  const detector = {
    spec: 1 as const,
    id: 'deaf',
    alerts: () => ({ [Symbol.asyncIterator]: () => ({ next: hang }) }),
  }
  const analyzer: Analyzer = { spec: 1, id: 'deaf', analyze: hang }

  test('a detector, after the time to drain, with a line in the log that names it', async () => {
    const host = await openHost({ integrations: [{ detectors: [detector] }] })
    expect(await afterAbort(host, 19_000)).toBeUndefined()
    await host.clock.advance(3_000)
    expect(host.ended()).toBe('ended')
    expect(host.logged).toContainEqual(expect.stringContaining('left behind: detector deaf'))
    expect((await host.entries()).at(-1)).toMatchObject({ type: 'engine-stopped', data: { drained: false } })
    expect((await host.mendkit.health()).running).toBe(false)
    await host.mendkit.close()
  })

  test('a detector, also when the host only closes', async () => {
    const host = await openHost({ integrations: [{ detectors: [detector] }] })
    const closed = host.mendkit.close()
    await host.clock.advance(30_000)
    await closed
    expect(host.ended()).toBe('ended')
  })

  test('an analyzer in the middle of a step', async () => {
    const host = await openHost({ analyzers: [analyzer] })
    await host.alert()
    await host.clock.advance(10_000)
    expect((await host.mendkit.incidents.list())[0]?.phase).toBe('diagnosing')
    expect(await afterAbort(host, 30_000)).toBe('ended')
    await host.mendkit.close()
  })

  for (const [what, faults] of [
    ['reading notices', { list: hang }],
    ['opening', { open: hang }],
    ['the first entry', { commit: hang }],
  ] as const) {
    test(`a store that hangs at ${what}`, async () => {
      const host = await openHost({ faults: () => faults })
      await host.clock.advance(60_000)
      expect(await afterAbort(host, 60_000)).toBe('ended')
    })
  }
})

test('looks for notices, due, failed and old ones, do not pile up while the store hangs', async () => {
  const open: string[] = []
  const host = await openHost({
    faults: (store) => ({
      list: (table, query, ctx) => {
        if (table !== 'notice') return store.list(table, query, ctx)
        open.push(String(query.states))
        return hang()
      },
    }),
  })
  await host.clock.advance(3_600_000)
  expect(open.toSorted()).toEqual(['failed', 'pending', 'sent,failed'])
  await host.stop()
})

test('a store that is away at the end costs the last entry, not the end', async () => {
  let failing = false
  const host = await openHost({
    faults: (store) => ({ commit: (change, ctx) => (failing ? Promise.reject(away) : store.commit(change, ctx)) }),
  })
  failing = true
  expect(await afterAbort(host, 30_000)).toBe('ended')
  expect(host.logged).toContainEqual(expect.stringContaining('the end of this run could not be recorded'))
})

test('a store that never answers at the end costs the last entry, not the end', async () => {
  let failing = false
  const host = await openHost({
    faults: (store) => ({ commit: (change, ctx) => (failing ? hang() : store.commit(change, ctx)) }),
  })
  failing = true
  expect(await afterAbort(host, 60_000)).toBe('ended')
})

describe('a logger that throws or rejects', () => {
  const broken = (): void => {
    throw new Error('the pipe is closed')
  }
  // Against the port, as a logger without types can be.
  const rejecting = (async () => broken()) as () => void
  for (const [how, line] of [
    ['throws', broken],
    ['rejects', rejecting],
  ] as const) {
    test(`${how}: detectors are asked again, listeners are called, the run ends, and the lines are counted`, async () => {
      const log: Logger = { debug: line, info: line, warn: line, error: line }
      let asked = 0
      let told = 0
      const detector = {
        spec: 1 as const,
        id: 'd',
        alerts() {
          asked += 1
          throw new Error('no connection')
        },
      }
      const host = await openHost({ integrations: [{ detectors: [detector] }], system: { log } })
      host.mendkit.on('*', () => {
        told += 1
        throw new Error('a mistake of the host')
      })
      await host.clock.advance(1_000)
      await host.mendkit.pause()
      await host.mendkit.resume()
      await host.clock.advance(30_000)
      expect(asked).toBeGreaterThan(2)
      expect(told).toBe(2)
      expect(host.mendkit.metrics()).toMatch(/^mendkit_log_failures_total [1-9]/m)
      await host.stop()
    })
  }
})

describe('autonomy above suggest without any policy', () => {
  const people = { spec: 1 as const, id: 'people', reachesPeople: true, send: async () => undefined }
  const warning = expect.stringContaining('there are no policies, so every plan will be denied')

  test('is said at the start, with what to give', async () => {
    const host = await openHost({ autonomy: { 'namespace:shop': 'auto' }, notifiers: [people] })
    await host.clock.advance(1_000)
    expect(host.logged).toContainEqual(warning)
    await host.stop()
  })

  test('is not said where nothing would be done anyway, or where there is one', async () => {
    const some = { autonomy: { 'namespace:shop': 'auto' }, notifiers: [people], policies: [allowUpTo('low')] } as const
    for (const options of [{}, some]) {
      const host = await openHost(options)
      await host.clock.advance(1_000)
      expect(host.logged).not.toContainEqual(warning)
      await host.stop()
    }
  })
})

describe('credentials', () => {
  const topology = [{ spec: 1 as const, id: 'cluster:prod', owners: async () => [] }]
  const reader = (canRead: () => Promise<Permission>): MendkitOptions => {
    return { integrations: [{}, { topology, canRead: () => canRead() }] }
  }
  const refused = { permitted: false, because: 'the token has expired' }

  async function startOf(options: MendkitOptions): Promise<Host> {
    const host = await openHost(options)
    await host.clock.advance(1_000)
    return host
  }

  const refusals: readonly (readonly [string, () => Promise<Permission>])[] = [
    ['are not permitted', async () => refused],
    ['are rejected', () => Promise.reject(new MendkitError('rejected', refused.because))],
    ['are forbidden', () => Promise.reject(new MendkitError('forbidden', refused.because))],
  ]
  for (const [how, canRead] of refusals) {
    test(`to read that ${how} stop the start, with the integration, the reason and what to do`, async () => {
      const host = await startOf(reader(canRead))
      expect(host.ended()).toMatchObject({ code: 'config', path: 'integrations.1' })
      const { message } = host.ended() as Error
      expect(message).toContain('cluster:prod')
      expect(message).toContain('the token has expired')
      expect(message).toContain('give it credentials')
      expect((await host.entries()).map(({ type }) => type)).not.toContain('engine-started')
      expect((await host.mendkit.health()).running).toBe(false)
    })
  }

  test('to read that cannot be checked now are said, and the engine starts', async () => {
    const host = await startOf(reader(() => Promise.reject(new MendkitError('unavailable', 'no route'))))
    expect((await host.entries()).map(({ type }) => type)).toContain('engine-started')
    expect(host.logged).toContainEqual(expect.stringContaining('cluster:prod cannot be checked now: no route'))
    await host.stop()
  })

  test('to read that are never answered for hold the start up for ten seconds', async () => {
    const host = await startOf(reader(hang))
    expect((await host.entries()).map(({ type }) => type)).not.toContain('engine-started')
    await host.clock.advance(10_000)
    expect((await host.entries()).map(({ type }) => type)).toContain('engine-started')
    await host.stop()
  })

  const acting = (answer: () => Promise<Permission>, level: 'suggest' | 'approve'): MendkitOptions => {
    const remediator: Remediator = { spec: 1, id: 'hands', actions: [], canAct: answer }
    const people = { spec: 1 as const, id: 'people', reachesPeople: true, send: async () => undefined }
    return {
      autonomy: { 'namespace:shop': level },
      notifiers: [people],
      integrations: [{ remediators: [remediator] }],
    }
  }

  test('to act that are missing or refused stop the start above suggest', async () => {
    for (const answer of [async () => refused, () => Promise.reject(new MendkitError('rejected', refused.because))]) {
      const host = await startOf(acting(answer, 'approve'))
      expect(host.ended()).toMatchObject({
        code: 'config',
        path: 'autonomy',
        message: expect.stringContaining('hands has no credentials to act: the token has expired'),
      })
    }
  })

  test('to act are not asked for at suggest', async () => {
    const host = await startOf(acting(async () => refused, 'suggest'))
    expect(host.ended()).toBeUndefined()
    await host.stop()
  })

  test('to act that cannot be checked now are said, and the engine starts', async () => {
    const host = await startOf(acting(() => Promise.reject(away), 'approve'))
    expect(host.logged).toContainEqual(expect.stringContaining('the credentials to act of hands cannot be checked now'))
    await host.stop()
  })
})

test('nothing is opened before the first call', () => {
  let opened = 0
  composeHost({
    faults: () => ({
      open: async () => {
        opened += 1
      },
    }),
  })
  expect(opened).toBe(0)
})
