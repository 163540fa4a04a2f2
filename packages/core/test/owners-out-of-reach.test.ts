import { MendkitError, type Topology } from '@mendkit/core'
import { describe, expect, it } from 'vitest'
import { type AlertBench, alertBench, dashTopology, podAlert, tenant } from './support/intake.ts'

const away = new MendkitError('unavailable', 'the API server is restarting')

function outage(): { topology: Topology; down: Error | undefined } {
  const whole = dashTopology()
  const world: ReturnType<typeof outage> = {
    down: away,
    topology: {
      ...whole,
      owners: async (...args) => (world.down ? Promise.reject(world.down) : whole.owners(...args)),
    },
  }
  return world
}

const storm = Array.from({ length: 50 }, (_, index) => podAlert(`checkout-${index}`))

async function incidentsOf(bench: AlertBench) {
  return bench.store.list('incident', { tenant, limit: 1_000 }, bench.ctx)
}

describe('alerts whose owners cannot be read now', () => {
  it('wait for the end of a short outage, and then are one incident about the workload', async () => {
    const world = outage()
    const bench = await alertBench({ integrations: [{ topology: [world.topology] }] })
    await bench.ingest(storm)
    for (let second = 0; second < 3; second += 1) {
      await bench.correlate()
      await bench.clock.advance(1_000)
    }
    expect(await incidentsOf(bench)).toEqual([])
    expect(bench.parts.metrics.text()).toContain('mendkit_alerts_awaiting_owners 50')
    world.down = undefined
    await bench.correlate()
    const incidents = await incidentsOf(bench)
    expect(incidents).toHaveLength(1)
    expect(incidents[0]?.resource).toMatchObject({ kind: 'Deployment', name: 'checkout' })
    expect(bench.parts.metrics.text()).toContain('mendkit_alerts_awaiting_owners 0')
  })

  it('wait no longer than the setting says, and later ones of the same outage do not wait at all', async () => {
    const world = outage()
    const bench = await alertBench({
      integrations: [{ topology: [world.topology] }],
      settings: { correlation: { ownersWaitMs: 20_000 } },
    })
    await bench.ingest([podAlert('checkout-1')])
    await bench.correlate()
    await bench.clock.advance(19_999)
    await bench.ingest([podAlert('cart-1')])
    await bench.correlate()
    expect(await incidentsOf(bench)).toEqual([])
    await bench.clock.advance(1)
    await bench.correlate()
    expect(await incidentsOf(bench)).toHaveLength(2)
    await bench.ingest([podAlert('search-1')])
    await bench.correlate()
    expect(await incidentsOf(bench)).toHaveLength(3)
    expect(bench.parts.metrics.text()).toContain('mendkit_alerts_without_owners_total 3')
  })

  it('hold up no alert that can be told', async () => {
    const world = outage()
    const bench = await alertBench({ integrations: [{ topology: [world.topology] }] })
    await bench.ingest([podAlert('checkout-1'), { labels: { alertname: 'NoObject' } }])
    await bench.correlate()
    expect((await incidentsOf(bench)).map(({ title }) => title)).toEqual(['NoObject'])
  })

  it('hold up none behind them, however many wait', async () => {
    const world = outage()
    const bench = await alertBench({ integrations: [{ topology: [world.topology] }] })
    await bench.ingest(Array.from({ length: 1_200 }, (_, index) => podAlert(`checkout-${index}`)))
    await bench.clock.advance(1_000)
    const startsAt = new Date(bench.clock.now() + 3_600_000).toISOString()
    await bench.ingest([{ labels: { alertname: 'NoObject' }, startsAt }])
    await bench.correlate()
    expect((await incidentsOf(bench)).map(({ title }) => title)).toEqual(['NoObject'])
  })

  it('do not wait for a topology that is broken for good', async () => {
    const world = outage()
    world.down = new TypeError('Cannot read properties of undefined')
    const bench = await alertBench({ integrations: [{ topology: [world.topology] }] })
    await bench.ingest([podAlert('checkout-1')])
    await bench.correlate()
    expect(await incidentsOf(bench)).toHaveLength(1)
  })
})
