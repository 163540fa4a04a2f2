import type { LogKeys, Store } from '@mendkit/core'
import { type SqlStoreOptions, sqlStore } from '@mendkit/sql'
import { makeDatabase, type RealDatabase, servers, withoutServers } from '@mendkit/testbed/databases'
import { callContext, holdsTo, type StoreSubject, storeContract, virtualClock } from '@mendkit/testkit'
import { test } from 'vitest'
import { ahead } from './ahead.ts'
import { place, securedDatabase } from './secured-database.ts'

/** A database, and how a store of the contract is opened on it. */
interface Opened {
  readonly run: RealDatabase['run']
  readonly url: string
  readonly options: SqlStoreOptions
  /** The table of due incidents. */
  readonly due: string
}

async function usual(kind: RealDatabase['kind']): Promise<Opened> {
  return { ...(await makeDatabase(kind)), options: { maxConnections: 4 }, due: 'mendkit_due' }
}

async function secured(): Promise<Opened> {
  const { run, hostUrl, options } = await securedDatabase()
  return { run, url: hostUrl, options, due: `${place.schema}.${place.prefix}due` }
}

async function subject(database: Promise<Opened>): Promise<StoreSubject & AsyncDisposable> {
  const { url, run, options, due } = await database
  const clock = virtualClock()
  const opened: Store[] = []
  let passed = 0
  const another = async (keys?: LogKeys) => {
    const store = sqlStore(url, options)
    await store.open({ clock, ...keys }, callContext())
    opened.push(store)
    return ahead(store, () => passed)
  }
  return {
    store: await another(),
    another,
    async passTime(ms) {
      passed += ms
      await run(`update ${due} set due_at = due_at - ${ms}, lease_until = greatest(lease_until - ${ms}, 0)`)
    },
    async [Symbol.asyncDispose]() {
      for (const store of opened) await store.close()
    },
  }
}

for (const kind of servers) {
  holdsTo(
    (name, run) => test(name, { timeout: 120_000 }, run),
    `the store on ${kind}`,
    storeContract,
    () => subject(usual(kind)),
  )
}

if (servers.includes('postgres')) {
  holdsTo(
    (name, run) => test(name, { timeout: 120_000 }, run),
    'the store on postgres under row-level security, in a schema and with a prefix of its own,',
    storeContract,
    () => subject(secured()),
  )
}

if (servers.length === 0) test('the store on servers', ({ skip }) => skip(withoutServers))
