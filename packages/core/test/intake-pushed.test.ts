import { describe, expect, it } from 'vitest'
import { alertBench, at, podAlert } from './support/intake.ts'

const pushed = (seconds: number) => ({ asOf: at(seconds), delivery: 'pushed' as const })
const read = (seconds: number) => ({ asOf: at(seconds), delivery: 'read' as const })
const firing = (startsAt = at(-60)) => podAlert('p', { status: 'firing', startsAt })
const resolved = (endsAt = at(5)) => podAlert('p', { status: 'resolved', startsAt: at(-60), endsAt })

describe('a pushed alert that fires after its episode ended', () => {
  it('is a late double: it reopens nothing, and is counted', async () => {
    const bench = await alertBench()
    await bench.ingest([firing()], pushed(0))
    await bench.ingest([resolved()], pushed(6))
    const before = bench.only()
    expect((await bench.ingest([firing()], pushed(60))).changed).toBe(0)
    expect(bench.only()).toBe(before)
    expect(bench.parts.metrics.text()).toContain('mendkit_alerts_late_total{source="am"} 1\n')
  })

  it('opens nothing when the end came before the beginning', async () => {
    const bench = await alertBench()
    await bench.ingest([resolved()], pushed(6))
    await bench.ingest([firing()], pushed(7))
    await bench.correlate()
    expect(bench.only()).toMatchObject({ status: 'resolved', episode: 1 })
    expect(bench.only()).not.toHaveProperty('incidentId')
  })

  it('begins a new episode when it started after the end', async () => {
    const bench = await alertBench()
    await bench.ingest([resolved()], pushed(6))
    expect((await bench.ingest([firing(at(7))], pushed(8))).changed).toBe(1)
    expect(bench.only()).toMatchObject({ status: 'firing', startsAt: at(7), episode: 2, correlated: 'pending' })
    expect(bench.parts.metrics.text()).not.toContain('mendkit_alerts_late_total{')
  })

  it('is reopened by the source itself when that is asked and says so', async () => {
    const bench = await alertBench()
    await bench.ingest([firing()], pushed(0))
    await bench.ingest([resolved()], pushed(6))
    await bench.ingest([firing()], pushed(7))
    expect((await bench.ingest([firing()], read(8))).changed).toBe(1)
    expect(bench.only()).toMatchObject({ status: 'firing', episode: 1 })
  })

  it('leaves one that still fires as it is, however often it comes', async () => {
    const bench = await alertBench()
    for (const moment of [0, 1, 2]) await bench.ingest([firing()], pushed(moment))
    expect(bench.only()).toMatchObject({ status: 'firing', lastSeenAt: at(2), episode: 1 })
  })
})
