import { createMendkit, parseAuditEntry, type Store, silentLogger } from '@mendkit/core'
import { simulatedStore, virtualClock } from '@mendkit/testkit'
import { describe, expect, it } from 'vitest'
import { openHost } from './support/host.ts'
import { day } from './support/over.ts'
import { openShop, type Shop } from './support/shop.ts'

/** Lets the loop of retention look a few times, much later. */
async function later(shop: Pick<Shop, 'clock'>, days: number): Promise<void> {
  shop.clock.jump(days * day)
  await shop.clock.advance(10_000)
}

const settings = { retention: { everyMs: 1_000 } }

/** A shop whose only incident was remediated and is closed. */
async function closedShop(): Promise<Shop> {
  const shop = openShop({ settings })
  await shop.fire()
  await shop.until('verifying')
  await shop.clear()
  await shop.until('closed')
  return shop
}

describe('the loop of retention', () => {
  it('empties an incident that is old, and its timeline says what is gone instead of failing', async () => {
    const shop = await closedShop()
    const { id } = await shop.incident()
    const whole = await shop.mendkit.incidents.timeline(id)
    expect(whole).not.toHaveProperty('gone')
    await later(shop, 8)
    expect(await shop.mendkit.incidents.timeline(id)).toEqual({ ...whole, events: expect.anything() })
    await later(shop, 400)
    const left = await shop.mendkit.incidents.timeline(id)
    expect(left).toMatchObject({
      incident: { id, phase: 'closed' },
      span: whole.span,
      impact: { alerts: 1 },
      diagnoses: [],
      plans: [],
      executions: [],
      gone: { documents: { evidence: 2, diagnosis: 1, plan: 1, execution: 1 } },
    })
    expect(left.events).toEqual(whole.events)
    const markdown = await shop.mendkit.incidents.timeline(id, { format: 'markdown' })
    expect(markdown).toContain('Gone: retention emptied this incident at')
    expect(markdown).not.toContain('Done by Mendkit: nothing')
    expect(await shop.mendkit.executions.list()).toEqual([])
    await shop.stop()
  })

  it('leaves the log whole, every text in it, and says in one entry a run what it did', async () => {
    const shop = await closedShop()
    await later(shop, 8)
    await later(shop, 400)
    const verified = await shop.mendkit.audit.verify()
    expect(verified.findings).toEqual([])
    const entries = (await shop.mendkit.audit.read({ limit: 1_000 })).map(({ bytes }) => parseAuditEntry(bytes))
    const runs = entries.flatMap(({ type, data }) => (type === 'retention-applied' ? [data] : []))
    expect(runs).toEqual([{ alerts: 1 }, { incidents: 1, documents: 6, outlined: 1 }, { folded: 1 }])
    await shop.stop()
  })

  it('erases texts with their incident when it is told to, and the log still verifies whole', async () => {
    for (const texts of ['keep', 'erase'] as const) {
      const shop = openShop({ settings: { retention: { everyMs: 1_000, texts } } })
      await shop.fire()
      await shop.until('verifying')
      const { id } = await shop.incident()
      await shop.mendkit.incidents.note(id, 'the release of yesterday')
      await shop.clear()
      await shop.until('closed')
      await later(shop, 8)
      await later(shop, 400)
      const entries = (await shop.mendkit.audit.read({ limit: 1_000 })).map(({ bytes }) => parseAuditEntry(bytes))
      const erased = entries.filter(({ type }) => type === 'blobs-erased')
      expect(erased).toHaveLength(texts === 'keep' ? 0 : 1)
      const { events } = await shop.mendkit.incidents.timeline(id)
      const note = events.find((event) => event.type === 'command-given')
      expect(note?.texts).toEqual({ note: texts === 'keep' ? { text: 'the release of yesterday' } : { erased: true } })
      expect((await shop.mendkit.audit.verify()).findings).toEqual([])
      await shop.stop()
    }
  })

  it('lists an emptied incident among the closed ones', async () => {
    const shop = await closedShop()
    await later(shop, 8)
    await later(shop, 400)
    const { id } = await shop.incident()
    expect((await shop.mendkit.incidents.list({ phases: ['closed'] })).map((each) => each.id)).toEqual([id])
    expect(await shop.mendkit.incidents.list({ phases: ['open', 'resolved'] })).toEqual([])
    await shop.stop()
  })

  it('takes nothing of an incident that is open, however old, nor of one that just closed', async () => {
    const shop = openShop({ settings, autonomy: { default: 'suggest' } })
    await shop.fire()
    await shop.until('suggested')
    const { id } = await shop.incident()
    const { span: _then, ...before } = await shop.mendkit.incidents.timeline(id)
    await later(shop, 1_000)
    const { span: _now, ...after } = await shop.mendkit.incidents.timeline(id)
    expect(after).toEqual(before)
    expect(await shop.mendkit.audit.verify()).toMatchObject({ findings: [] })
    await shop.stop()
  })

  it('tells in health and metrics when it ran last and whether it is behind', async () => {
    const host = await openHost({ settings })
    await host.alert()
    expect(await host.mendkit.health()).not.toHaveProperty('retention')
    await host.clock.advance(2_000)
    expect(await host.mendkit.health()).toMatchObject({
      ok: true,
      retention: { behind: false, lastRunAt: expect.any(String) },
    })
    expect(host.mendkit.metrics()).toContain('mendkit_retention_behind 0\n')
    await host.stop()
  })

  it('goes on after a look that failed, and says so', async () => {
    let fails = true
    const faults = (store: Store): Partial<Store> => ({
      auditLogs: async (query, ctx) => {
        if (fails) throw new Error('the disk is on fire')
        return store.auditLogs(query, ctx)
      },
    })
    const host = await openHost({ settings, faults })
    await host.clock.advance(1_500)
    expect(host.logged.join('\n')).toContain('retention failed')
    expect(host.mendkit.metrics()).toContain('mendkit_sweep_failures_total{sweep="retention"} 1\n')
    fails = false
    await host.clock.advance(1_500)
    expect(await host.mendkit.health()).toMatchObject({ retention: { behind: false } })
    await host.stop()
  })

  it('does the other tenants when one fails', async () => {
    const faults = (store: Store): Partial<Store> => ({
      endedAlerts: async (query, ctx) => {
        if (query.tenant === 'default') throw new Error('one page of the disk is damaged')
        return store.endedAlerts(query, ctx)
      },
    })
    const host = await openHost({ settings, faults })
    await host.alert()
    const asOf = new Date(host.clock.now()).toISOString()
    const over = { labels: { alertname: 'Over' }, status: 'resolved', startsAt: asOf, endsAt: asOf } as const
    await host.mendkit.ingest({ source: 'am', complete: false, asOf, alerts: [over] }, { tenant: 'other' })
    host.clock.jump(8 * day)
    await host.clock.advance(2_000)
    expect(host.logged.join('\n')).toContain('retention of tenant default failed')
    expect(host.mendkit.metrics()).toContain('mendkit_retention_rows_total{kind="alerts"} 1\n')
    await host.stop()
  })

  it('is done by one of two hosts, and by the other when that one is gone', async () => {
    const clock = virtualClock()
    const store = simulatedStore()
    const looks: string[] = []
    const host = (name: string) => {
      const counted: Store = {
        ...store,
        auditLogs: async (query, ctx) => {
          looks.push(name)
          return store.auditLogs(query, ctx)
        },
      }
      const mendkit = createMendkit({ store: counted, settings, system: { clock, log: silentLogger } })
      const stopping = new AbortController()
      const running = mendkit.run({ signal: stopping.signal })
      return { stop: () => stopping.abort(), running }
    }
    const [first, second] = [host('first'), host('second')]
    await clock.advance(10_000)
    const holder = looks[0] ?? ''
    expect(looks.length).toBeGreaterThan(5)
    expect(new Set(looks)).toEqual(new Set([holder]))
    const gone = holder === 'first' ? first : second
    gone.stop()
    await clock.advance(30_000)
    await gone.running
    looks.length = 0
    await clock.advance(5_000)
    expect(new Set(looks)).toEqual(new Set([holder === 'first' ? 'second' : 'first']))
    first.stop()
    second.stop()
    await clock.advance(30_000)
    await Promise.all([first.running, second.running])
  })
})
