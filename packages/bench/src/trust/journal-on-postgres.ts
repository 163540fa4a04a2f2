import { findDatabases, startDatabases } from '@mendkit/testbed'
import { makeDatabase } from '@mendkit/testbed/make-database'
import { type Effort, type Row, rateRow, statedRow } from '../row.ts'
import { stepsPerSecond } from './journal.ts'
import { pgBossStepsPerSecond } from './pg-boss.ts'

const name = (flows: number) => `journal steps on PostgreSQL, ${flows === 1 ? 'one flow' : `${flows} flows`}`

/** Steps of the journal on PostgreSQL, beside those of a job queue on the same server. */
export async function* journalOnPostgres({ rounds, smoke }: Effort): AsyncIterable<Row> {
  const found = findDatabases()
  if (found.kind === 'missing') {
    const absent = `no PostgreSQL here (${found.missing.join(', ')}): run pnpm testbed build`
    for (const flows of [1, 256]) {
      yield { ...statedRow(name(flows), 'steps/s', [Number.NaN]), yardstick: { name: 'pg-boss', absent } }
    }
    return
  }
  const servers = await startDatabases()
  try {
    for (const [flows, effects] of [
      [1, smoke ? 5 : 300],
      [256, smoke ? 1 : 10],
    ] as const) {
      const [ours, theirs]: [number[], number[]] = [[], []]
      for (let round = 0; round < rounds; round += 1) {
        ours.push(await stepsPerSecond(await makeDatabase(servers.postgres), flows, effects))
        theirs.push(await pgBossStepsPerSecond(await makeDatabase(servers.postgres), flows, effects))
      }
      yield rateRow(name(flows), 'steps/s', ours, { name: 'pg-boss', values: theirs })
    }
  } finally {
    await servers.stop()
  }
}
