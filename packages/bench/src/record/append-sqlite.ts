import { join } from 'node:path'
import { systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext, testSigner } from '@mendkit/testkit'
import { type Effort, type Row, shareRow, statedRow } from '../row.ts'
import { draftsFrom, tenant } from './drafts.ts'
import { fsyncsPerSecond } from './fsync.ts'
import { plainFile } from './rows-of-json.ts'
import { scratchFolder } from './scratch.ts'

const ctx = callContext()
const group = 100

/** Signed appending in groups of a hundred, each durable, beside the same objects as rows of JSON that nothing chains. */
export async function* appendOnSqlite({ rounds, smoke }: Effort): AsyncIterable<Row> {
  const groups = smoke ? 3 : 300
  const [ours, plain, syncs]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < rounds; round += 1) {
    using folder = scratchFolder()
    syncs.push(fsyncsPerSecond(folder.path, smoke ? 5 : 200))
    plain.push(appendPlain(folder.path, groups))
    ours.push(await appendSigned(folder.path, groups))
  }
  yield statedRow('fsync rate during it', 'fsyncs/s', syncs)
  const yardstick = { name: 'rows of JSON.stringify', values: plain }
  yield shareRow('signed append on SQLite FULL, groups of 100', 'entries/s', ours, yardstick, 0.55)
}

function appendPlain(folder: string, groups: number): number {
  using file = plainFile(join(folder, 'plain.db'))
  for (let warm = 0; warm < 3; warm += 1) file.append(1e9 + warm * group, group)
  const began = performance.now()
  for (let at = 0; at < groups; at += 1) file.append(at * group, group)
  return perSecond(groups, began)
}

async function appendSigned(folder: string, groups: number): Promise<number> {
  const store = sqlStore(join(folder, 'ours.db'))
  await store.open({ clock: systemClock, signer: testSigner() }, ctx)
  const append = (from: number) => store.commit({ tenant, expect: [], put: [], audit: draftsFrom(from, group) }, ctx)
  for (let warm = 0; warm < 3; warm += 1) await append(1e9 + warm * group)
  const began = performance.now()
  for (let at = 0; at < groups; at += 1) await append(at * group)
  const rate = perSecond(groups, began)
  await store.close()
  return rate
}

function perSecond(groups: number, began: number): number {
  return (groups * group) / ((performance.now() - began) / 1_000)
}
