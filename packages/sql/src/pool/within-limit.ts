/** An error with a code, as those of the network have. */
function failure(code: string, says: string): Error {
  return Object.assign(new Error(says), { code })
}

/** Why a connection was given up that does not answer. */
export function noAnswer(ms: number): Error {
  return failure('ETIMEDOUT', `no answer within ${ms} ms`)
}

/** Why there is no connection. */
export function noneFree(ms: number): Error {
  return failure('POOL_EXHAUSTED', `no connection of the pool came free within ${ms} ms`)
}

/**
 * Calls `late` once unless it is told before that all is well. It does not keep the process alive. Answers how to tell; that
 * says whether it was in time.
 */
export function limit(ms: number | undefined, late: () => void): () => boolean {
  if (ms === undefined) return () => true
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    late()
  }, ms)
  timer.unref()
  return () => {
    clearTimeout(timer)
    return !isLate
  }
}
