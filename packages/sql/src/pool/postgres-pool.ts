import type { PostgresPool, PostgresPoolClient } from 'kysely'
import { limit, noAnswer } from './within-limit.ts'

/** What is needed of a connection of `pg` besides what Kysely needs. */
interface Client extends PostgresPoolClient {
  /** Ends it at once while it waits for an answer. */
  end(): Promise<void>
}

/** What is needed of its pool. */
interface Pool extends PostgresPool {
  connect(): Promise<Client>
}

/** How the connections of a pool are used. */
export interface PoolUse {
  /** How long an answer may take, in ms; undefined: for ever. */
  readonly answerMs: number | undefined
  /** Whether whoever asks now still wants to know. */
  readonly signal: () => AbortSignal | undefined
  /** Ends, from elsewhere, what this process of the server is at work on. */
  readonly cancel: (processId: number) => Promise<void>
}

/**
 * A pool whose connections are given up, and never used again, when one does not answer in time; and whose queries are ended
 * on the server when nobody wants their answer any more.
 */
export function limitedPostgresPool(pool: Pool, use: PoolUse): PostgresPool {
  // Kysely knows connections by their identity.
  const limited = new WeakMap<Client, PostgresPoolClient>()
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect()
      const known = limited.get(client) ?? limitedClient(client, use)
      limited.set(client, known)
      return known
    },
  }
}

function limitedClient(client: Client, { answerMs, signal, cancel }: PoolUse): PostgresPoolClient {
  let isGivenUp = false
  let cancelling: Promise<void> | undefined

  function query(sql: string, parameters: readonly unknown[]) {
    return new Promise<unknown>((resolve, reject) => {
      const unwanted = signal()
      const abort = () => {
        // Used no more, so that whatever the cancelling meets is this query or nothing.
        isGivenUp = true
        if (client.processID !== undefined) cancelling ??= cancel(client.processID)
      }
      const inTime = limit(answerMs, () => {
        isGivenUp = true
        void client.end()
        reject(noAnswer(answerMs ?? 0))
      })
      unwanted?.addEventListener('abort', abort, { once: true })
      client
        .query(sql, parameters)
        .then(resolve, reject)
        .finally(() => {
          inTime()
          unwanted?.removeEventListener('abort', abort)
        })
    })
  }

  return {
    ...(client.processID !== undefined && { processID: client.processID }),
    // The other way to call it is for cursors, of which there are none.
    query: query as PostgresPoolClient['query'],
    release(destroy = false) {
      const done = () => client.release(isGivenUp || destroy)
      if (cancelling === undefined) done()
      else void cancelling.finally(done)
    },
  }
}
