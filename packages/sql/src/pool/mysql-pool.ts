import type { MysqlPool, MysqlPoolConnection } from 'kysely'
import { limit, noAnswer, noneFree } from './within-limit.ts'

/** How the connections of a pool are used. */
export interface PoolUse {
  /** How long to wait for a connection, in ms. */
  readonly connectMs: number
  /** How long an answer may take, in ms; undefined: for ever. */
  readonly answerMs: number | undefined
  /** Whether whoever asks now still wants to know. */
  readonly signal: () => AbortSignal | undefined
  /** Ends, from elsewhere, what this connection is at work on. */
  readonly cancel: (connectionId: number) => Promise<void>
}

type Take = Parameters<MysqlPool['getConnection']>[0]
type Answer = NonNullable<Parameters<MysqlPoolConnection['query']>[2]>

/**
 * A pool that nobody waits for without end, whose connections are given up, and never used again, when one does not answer in
 * time; and whose queries are ended on the server when nobody wants their answer any more.
 */
export function limitedMysqlPool(pool: MysqlPool, use: PoolUse): MysqlPool {
  // Kysely knows connections by their identity.
  const limited = new WeakMap<MysqlPoolConnection, MysqlPoolConnection>()
  function getConnection(take: Take): void {
    const nothing = undefined as unknown as MysqlPoolConnection
    const inTime = limit(use.connectMs, () => take(noneFree(use.connectMs), nothing))
    pool.getConnection((error, connection) => {
      if (!inTime()) {
        if (!error) connection.release()
        return
      }
      if (error) {
        take(error, nothing)
        return
      }
      const known = limited.get(connection) ?? limitedConnection(connection, use)
      limited.set(connection, known)
      take(null, known)
    })
  }
  return { getConnection, end: (done) => pool.end(done) }
}

function limitedConnection(connection: MysqlPoolConnection, use: PoolUse): MysqlPoolConnection {
  const { answerMs, signal, cancel } = use
  let isGivenUp = false
  let cancelling: Promise<void> | undefined

  const query: MysqlPoolConnection['query'] = (sql, parameters, answer) => {
    const unwanted = signal()
    const abort = () => {
      // Used no more, so that whatever the cancelling meets is this query or nothing.
      isGivenUp = true
      cancelling ??= cancel(connection.threadId)
    }
    const inTime = limit(answerMs, () => {
      isGivenUp = true
      unwanted?.removeEventListener('abort', abort)
      giveUp(connection)
      answer?.(noAnswer(answerMs ?? 0), [])
    })
    unwanted?.addEventListener('abort', abort, { once: true })
    const answered: Answer = (error, result) => {
      unwanted?.removeEventListener('abort', abort)
      if (inTime()) answer?.(error, result)
    }
    return connection.query(sql, parameters, answered)
  }

  return {
    get config() {
      return connection.config
    },
    get threadId() {
      return connection.threadId
    },
    connect: (done) => connection.connect(done),
    destroy: () => connection.destroy(),
    query,
    release() {
      const done = () => (isGivenUp ? giveUp(connection) : connection.release())
      if (cancelling === undefined) done()
      else void cancelling.finally(done)
    },
  }
}

/** Takes a connection out of its pool. Its driver only asks the other end to hang up, which may never hear it. */
function giveUp(connection: MysqlPoolConnection & { readonly stream?: { destroy(): unknown } }): void {
  connection.destroy()
  connection.stream?.destroy()
}
