import { type Store, systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { makeDatabase, servers, withoutServers } from '@mendkit/testbed/databases'
import { callContext, verifyLog } from '@mendkit/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { temporaryFile } from './folder.ts'
import { startChild } from './processes/child.ts'
import { aChange, counts, tenant } from './rows.ts'

const ctx = callContext()

/** An empty database: on a server, or a file of SQLite, for comparison. */
async function sourceOf(kind: 'sqlite' | (typeof servers)[number]): Promise<string> {
  return kind === 'sqlite' ? temporaryFile() : (await makeDatabase(kind)).url
}

async function openOn(source: string): Promise<Store> {
  const store = sqlStore(source)
  await store.open({ clock: systemClock }, ctx)
  onTestFinished(() => store.close())
  return store
}

function seqsOf(lines: readonly string[]): readonly number[] {
  return lines.filter((line) => line !== 'ready').flatMap((line) => line.split(' ').map(Number))
}

describe.each(['sqlite' as const, ...servers])('several processes on %s', (kind) => {
  test('four whose changes collide: none is half applied, none fails, and no acknowledgement is lost', async () => {
    const source = await sourceOf(kind)
    const store = await openOn(source)
    const rounds = 30
    const children = [1, 2, 3, 4].map((child) => startChild('./collide.ts', source, String(child), String(rounds)))
    await Promise.all(children.map((child) => child.ended()))

    // Counters of their own: a shared one would keep the four apart all by itself.
    const sum = async (name: string) => {
      const each = await Promise.all([1, 2, 3, 4].map((child) => store.counter(tenant, `${name}-${child}`, ctx)))
      return each.reduce((total, one) => total + one)
    }
    const acknowledged = children.flatMap(({ lines }) => seqsOf(lines))
    const size = await verifyLog(store)
    expect(acknowledged.toSorted((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, seq) => seq))
    expect(await sum('entries')).toBe(size)
    for (const shared of ['shared_0', 'shared_1', 'shared_2']) {
      const wins = await store.counter(tenant, `wins-${shared}`, ctx)
      expect((await store.get('setting', tenant, shared, ctx))?.revision).toBe(wins)
    }
    const alerts = await store.pendingAlerts({ limit: 1_000 }, ctx)
    expect(new Set(alerts.map((alert) => alert.id)).size).toBe(alerts.length)
    expect(alerts).toHaveLength(2 * rounds)
    expect(await sum('alerts')).toBe(alerts.length)
    for (let round = 0; round < rounds; round += 1) {
      const both = await Promise.all(
        [`left_${round}`, `right_${round}`].map((id) => store.get('setting', tenant, id, ctx)),
      )
      expect(both.filter((found) => found !== undefined)).toHaveLength(1)
    }
    const claims = await store.claim({ owner: 'reader', limit: 10, leaseMs: 60_000 }, ctx)
    expect(claims.map((claim) => claim.inputs)).toEqual([1, 2, 3, 4].map(() => 4 * rounds))
  }, 120_000)

  test('each incident is done exactly once, although one of those who claim is killed midway', async () => {
    const source = await sourceOf(kind)
    const store = await openOn(source)
    const owners = ['first', 'second', 'doomed']
    const children = owners.map((owner) => startChild('./claim-all.ts', source, owner, '1000'))
    const [first, second, doomed] = children
    if (!first || !second || !doomed) throw new Error('three children were started')
    await Promise.all(children.map((child) => child.printed(1)))
    const ids: string[] = []
    // Until the doomed one has had its share: on a fast machine the others may take all that there is.
    while (ids.length < 120 || doomed.lines.length < 3) {
      const more = Array.from({ length: 20 }, (_, index) => `inc_${ids.length + index}`)
      ids.push(...more)
      await store.commit(aChange({ put: more.map((incidentId) => ({ kind: 'raise', incidentId })) }), ctx)
      await systemClock.sleep(5, ctx.signal)
    }
    await doomed.kill()
    await expect
      .poll(() => Promise.all(ids.map((id) => store.counter(tenant, `done-${id}`, ctx))), { timeout: 60_000 })
      .toEqual(ids.map(() => 1))
    await store.commit(aChange({ put: [counts('stop')] }), ctx)
    await Promise.all([first.ended(), second.ended()])
    expect(await verifyLog(store)).toBe(ids.length)
  }, 120_000)

  test('nothing that was acknowledged is lost when the process is killed, again and again', async () => {
    const source = await sourceOf(kind)
    let known = 0
    for (const lines of [40, 90, 150]) {
      const child = startChild('./commit-forever.ts', source)
      await child.printed(lines)
      await child.kill()
      const acknowledged = seqsOf(child.lines)
      expect(new Set(acknowledged).size).toBe(acknowledged.length)
      expect(Math.min(...acknowledged)).toBe(known)

      const store = await openOn(source)
      // A server finishes a commit that was under way when its client was killed.
      await store.commit(aChange({ put: [counts('looked')] }), ctx)
      const size = await verifyLog(store)
      expect(size).toBeGreaterThan(Math.max(...acknowledged))
      expect(await store.counter(tenant, 'entries', ctx)).toBe(size)
      await store.close()
      known = size
    }
  }, 120_000)
})

if (servers.length === 0) test('several processes on servers', ({ skip }) => skip(withoutServers))
