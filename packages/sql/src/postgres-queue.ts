import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type CallContext, type Change, errorText, everyNudge, message, nudgesOf, type WorkQueue } from '@mendkit/core'
import { sql } from 'kysely'
import { postgresListener } from './client.ts'
import { lockPrefix, type Place } from './place.ts'
import type { Database } from './tables.ts'

/** How long to wait before connecting again, ms: about as long as a sweep. */
const pauseMs = 1_000

/** The queue of a store: PostgreSQL tells when a transaction is kept, so nobody is woken for what is not there. */
export interface PostgresQueue extends WorkQueue {
  /** Tells the hosts that listen of the work in these changes, when this transaction is kept. */
  readonly announce: (db: Database, changes: readonly Change[]) => Promise<void>
}

/** Nudges by LISTEN and NOTIFY, on a connection of its own while somebody listens. */
export function postgresQueue(url: string, place: Place, database: string): PostgresQueue {
  // By a hash: a channel's name is shorter than the names of a place may be together.
  const channel = `mendkit_${createHash('sha256').update(lockPrefix(place)).digest('hex').slice(0, 16)}`
  const self = randomUUID()

  function hear(payload: string | undefined, heard: Parameters<WorkQueue['listen']>[0]): void {
    const [from, ...told] = payload?.split(' ') ?? []
    // What this store has committed its own engine knows.
    if (from === self) return
    for (const nudge of everyNudge) if (told.includes(nudge)) heard(nudge)
  }

  /** Listens on one connection until it ends or the signal aborts. */
  async function listenOnce(heard: Parameters<WorkQueue['listen']>[0], signal: AbortSignal): Promise<void> {
    const client = await postgresListener(url)
    const ended = Promise.withResolvers<unknown>()
    // Both an error and a quiet end leave nobody listening.
    client.on('error', (error) => ended.resolve(error))
    client.on('end', () => ended.resolve(undefined))
    client.on('notification', ({ payload }) => hear(payload, heard))
    signal.addEventListener('abort', () => ended.resolve(undefined), { once: true })
    try {
      await client.connect()
      await client.query(`listen ${channel}`)
      // What was told while nobody listened is lost.
      for (const nudge of everyNudge) heard(nudge)
      await ended.promise
    } finally {
      // A connection that is gone cannot be ended, and need not.
      await client.end().catch(() => undefined)
    }
  }

  return {
    async announce(db, changes) {
      const nudges = new Set(changes.flatMap((change) => [...nudgesOf(change)]))
      if (nudges.size === 0) return
      await sql`select pg_notify(${channel}, ${[self, ...nudges].join(' ')})`.execute(db)
    },
    async listen(heard, ctx: CallContext) {
      const { signal, log } = ctx
      for (let told = false; !signal.aborted; ) {
        let because = 'the connection ended'
        try {
          await listenOnce(heard, signal)
          told = false
        } catch (error) {
          because = errorText(error)
        }
        if (signal.aborted) return
        // Once per outage: until it is over, sweeps find all work.
        if (!told)
          log.warn(message`${database} tells nothing of other hosts for now, and is connected to again: ${because}`)
        told = true
        // Only an abort ends it early, and the loop looks for that itself.
        await wait(pauseMs, undefined, { signal }).catch(() => undefined)
      }
    },
  }
}
