import { findServers } from '@mendkit/testbed'
import { takeAlertmanager } from '../intake/alertmanager.ts'
import { takeFloor, takeOurs } from '../intake/ours.ts'
import type { Load, Storms } from '../intake/storms.ts'
import { comparedRow, type Effort, type Row, statedRow } from '../row.ts'

/**
 * A runtime that compiles what runs often goes on doing so until about the fifth storm; servers that were compiled before they
 * began do not get faster.
 */
const untilWarm = 8

/**
 * Ten thousand alerts over loopback HTTP: ours by webhook, the real Alertmanager by its API, each in its own wire format and
 * its usual portions from the same client, in CPU seconds of the server until it has nothing left to do.
 */
export async function* intake({ rounds, smoke }: Effort): AsyncIterable<Row> {
  const load: Load = smoke ? { alerts: 2_000, storms: 2 } : { alerts: 10_000, storms: untilWarm }
  const { alerts } = load
  const memory: Storms[] = []
  const sqlite: Storms[] = []
  const correlated: Storms[] = []
  const floor: Storms[] = []
  const alertmanager: Storms[] = []
  const resident: number[] = []
  const found = findServers()
  const binary = found.kind === 'found' ? found.paths.alertmanager : undefined
  for (let round = 0; round < rounds; round += 1) {
    const ours = await takeOurs('memory', load)
    memory.push(ours)
    resident.push(ours.residentMiB)
    sqlite.push(await takeOurs('sqlite', load))
    if (binary !== undefined) alertmanager.push(await takeAlertmanager(binary, load))
    correlated.push(await takeOurs('memory', load, { correlates: true }))
    floor.push(await takeFloor(load))
  }
  for (const when of ['cold', 'warm'] as const) {
    const of = (all: readonly Storms[]) => all.map((each) => each[when])
    const yardstick =
      binary === undefined
        ? { name: 'Alertmanager', absent: 'run `pnpm testbed build`' }
        : { name: 'Alertmanager', values: of(alertmanager) }
    yield comparedRow(`intake of ${alerts} alerts, memory, ${when}`, 'CPU s', of(memory), yardstick, 5)
    yield comparedRow(`intake of ${alerts} alerts, SQLite, ${when}`, 'CPU s', of(sqlite), yardstick, 3)
    yield statedRow(`intake and correlation of ${alerts} alerts, memory, ${when}`, 'CPU s', of(correlated))
    yield statedRow(`only HTTP, JSON and SHA-256 of ${alerts} alerts, ${when}`, 'CPU s', of(floor))
  }
  yield statedRow(`resident with ${load.storms * alerts} live alerts, memory`, 'MiB', resident)
}
