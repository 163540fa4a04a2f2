import { join } from 'node:path'
import { systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { makeDatabase, runOn } from '@mendkit/testbed/make-database'
import { callContext, testSigner } from '@mendkit/testkit'
import pg from 'pg'
import { type Effort, type Row, shareRow, statedRow } from '../row.ts'
import { draftOf, objectOf, tenant } from './drafts.ts'
import { fsyncsPerSecond } from './fsync.ts'
import { plainFile } from './rows-of-json.ts'
import { scratchFolder } from './scratch.ts'
import type { Servers } from './servers.ts'

const ctx = callContext()
const callers = 64

/** Sixty-four callers, each of whom waits until its one entry is durable; beside as many who commit a row each. */
export async function* groupCommit({ rounds, smoke }: Effort, servers: Servers): AsyncIterable<Row> {
  const turns = smoke ? 1 : 12
  const rates: Record<'ours' | 'plain' | 'oursThere' | 'plainThere' | 'syncs', number[]> = {
    ours: [],
    plain: [],
    oursThere: [],
    plainThere: [],
    syncs: [],
  }
  for (let round = 0; round < rounds; round += 1) {
    using folder = scratchFolder()
    rates.syncs.push(fsyncsPerSecond(folder.path, smoke ? 5 : 200))
    rates.plain.push(await plainOnSqlite(join(folder.path, 'plain.db'), turns))
    rates.ours.push(await ours(join(folder.path, 'ours.db'), turns))
    if ('absent' in servers) continue
    rates.plainThere.push(await plainOnPostgres(await makeDatabase(servers.postgres), turns))
    rates.oursThere.push(await ours(await makeDatabase(servers.postgres), turns))
  }
  const name = `single durable commit, ${callers} concurrent callers`
  const yardstick = `${callers} concurrent one-row commits`
  yield statedRow('fsync rate during them', 'fsyncs/s', rates.syncs)
  yield shareRow(`${name}, SQLite`, 'commits/s', rates.ours, { name: yardstick, values: rates.plain }, 3)
  const there = 'absent' in servers ? { name: yardstick, ...servers } : { name: yardstick, values: rates.plainThere }
  yield shareRow(`${name}, PostgreSQL`, 'commits/s', rates.oursThere, there, 3)
}

async function ours(source: string, turns: number): Promise<number> {
  const store = sqlStore(source)
  await store.open({ clock: systemClock, signer: testSigner() }, ctx)
  const rate = await perSecond(turns, (mark) =>
    store.commit({ tenant, expect: [], put: [], audit: [draftOf(mark)] }, ctx),
  )
  await store.close()
  return rate
}

/** SQLite has one writer: each of the callers gets its turn, and its own sync. */
async function plainOnSqlite(path: string, turns: number): Promise<number> {
  using file = plainFile(path)
  return await perSecond(turns, async (mark) => file.append(mark, 1))
}

/** As many connections as our own pool has. */
async function plainOnPostgres(url: string, turns: number): Promise<number> {
  await runOn(url, 'create table entry (tenant text, seq bigint, bytes bytea, primary key (tenant, seq))')
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  const rate = await perSecond(turns, (mark) => {
    const values = [tenant, mark, Buffer.from(JSON.stringify(objectOf(mark)))]
    return pool.query({ name: 'insert', text: 'insert into entry (tenant, seq, bytes) values ($1, $2, $3)', values })
  })
  await pool.end()
  return rate
}

async function perSecond(turns: number, commit: (mark: number) => Promise<unknown>): Promise<number> {
  const caller = async (index: number, count: number) => {
    for (let turn = 0; turn < count; turn += 1) await commit(index * 1_000_000 + turn)
  }
  await Promise.all(Array.from({ length: callers }, (_, index) => caller(1_000 + index, 1)))
  const began = performance.now()
  await Promise.all(Array.from({ length: callers }, (_, index) => caller(index, turns)))
  return (callers * turns) / ((performance.now() - began) / 1_000)
}
