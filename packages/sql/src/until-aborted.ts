/**
 * What a query answers, unless its caller gives up first. The query itself goes on, its answer unheard: the server ends it
 * after `statementTimeoutMs` at the latest.
 */
export function untilAborted<Result>(query: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    query.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
