import { callContext } from '@mendkit/testkit'
import { runRetention } from '../../src/engine/retention/run-retention.ts'
import { type AlertBench, at, podAlert, tenant } from './intake.ts'

/** A day in milliseconds. */
export const day = 86_400_000

/** Lets retention of the tenant run until nothing more is old enough; answers what it did, by kind. */
export async function retain(bench: AlertBench): Promise<Record<string, number>> {
  const done: Record<string, number> = {}
  for (let runs = 0, places = {}; runs < 100; runs += 1) {
    const run = await runRetention(bench.parts, tenant, places, callContext())
    for (const [kind, rows] of run.counts) done[kind] = (done[kind] ?? 0) + rows
    places = run.places
    if (!run.isBehind && run.counts.size === 0) return done
  }
  throw new Error('retention does not come to an end')
}

/** A pod's alert fires and ends; seconds are counted from when the bench was set up, and the clock goes there. */
export async function fireAndEnd(
  bench: AlertBench,
  name: string,
  from: number,
  to: number,
  more: Parameters<typeof podAlert>[1] = {},
): Promise<void> {
  const goTo = (seconds: number) => bench.clock.jump(Math.max(0, Date.parse(at(seconds)) - bench.clock.now()))
  goTo(from)
  await bench.ingest([podAlert(name, { ...more, startsAt: at(from) })], { asOf: at(from) })
  await bench.correlate()
  goTo(to)
  await bench.ingest([podAlert(name, { ...more, status: 'resolved', startsAt: at(from), endsAt: at(to) })], {
    asOf: at(to),
  })
  await bench.correlate()
}
