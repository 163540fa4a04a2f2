import { isDeepStrictEqual } from 'node:util'
import type { Store } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import {
  connectTo,
  makeDatabase,
  type OtherConnection,
  type RealDatabase,
  servers,
  withoutServers,
} from '@mendkit/testbed/databases'
import {
  type AttackedStore,
  attackedLogKeys,
  auditAttackContract,
  callContext,
  holdsTo,
  virtualClock,
} from '@mendkit/testkit'
import { afterAll, describe, test } from 'vitest'
import { type LogTables, logRowsOf, logTables, logTablesOf, type Row } from './log-rows.ts'

/** As many rows as one statement inserts. */
const chunk = 200
const names = Object.keys(logTables) as (keyof LogTables)[]

/** A value as both servers read it within a statement. */
function literal(kind: RealDatabase['kind'], value: unknown): string {
  if (value === undefined || value === null) return 'null'
  if (typeof value === 'number') return String(value)
  if (value instanceof Uint8Array) {
    const hex = Buffer.from(value).toString('hex')
    return kind === 'postgres' ? `'\\x${hex}'::bytea` : `x'${hex}'`
  }
  if (typeof value !== 'string') throw new Error('a column of the log holds neither text, number nor bytes')
  return `'${value.replaceAll("'", "''")}'`
}

function insertsOf(kind: RealDatabase['kind'], table: keyof LogTables, rows: readonly Row[]): readonly string[] {
  const columns = logTables[table]
  const values = rows.map((row) => `(${columns.map((column) => literal(kind, row[column])).join()})`)
  const starts = Array.from({ length: Math.ceil(values.length / chunk) }, (_, index) => index * chunk)
  return starts.map(
    (start) => `insert into ${table} (${columns.join()}) values ${values.slice(start, start + chunk).join()}`,
  )
}

interface Attacker {
  readonly store: Store
  readonly other: OtherConnection
}

async function open(kind: RealDatabase['kind']): Promise<Attacker> {
  const { url } = await makeDatabase(kind)
  const store = sqlStore(url, { maxConnections: 2 })
  await store.open({ clock: virtualClock(), ...attackedLogKeys }, callContext())
  return { store, other: await connectTo(url) }
}

async function read(other: OtherConnection): Promise<LogTables> {
  const all: [string, readonly Row[]][] = []
  for (const table of names) all.push([table, await other.run(`select * from ${table}`)])
  return Object.fromEntries(all) as unknown as LogTables
}

describe.each(servers)('on %s', (kind) => {
  let made: Promise<Attacker> | undefined

  afterAll(async () => {
    const attacker = await made
    await attacker?.other.end()
    await attacker?.store.close()
  })

  /** One database for all attacks: each begins with an empty log. */
  async function subject(): Promise<AttackedStore> {
    made ??= open(kind)
    const { store, other } = await made
    for (const table of names) await other.run(`delete from ${table}`)
    let known: LogTables | undefined
    return {
      store,
      async rewrite(tenant, change) {
        known ??= await read(other)
        const wanted = logTablesOf(tenant, change(logRowsOf(known)))
        await other.run('begin')
        for (const table of names) {
          const inserts = insertsOf(kind, table, wanted[table])
          if (isDeepStrictEqual(inserts, insertsOf(kind, table, known[table]))) continue
          await other.run(`delete from ${table}`)
          for (const insert of inserts) await other.run(insert)
        }
        await other.run('commit')
        known = wanted
      },
    }
  }

  holdsTo((name, run) => test(name, { timeout: 120_000 }, run), 'a log', auditAttackContract, subject)
})

if (servers.length === 0) test('attacks on the log of a server', ({ skip }) => skip(withoutServers))
