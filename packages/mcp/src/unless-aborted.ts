/** What a promise answers; the abort reason itself when the signal aborts first. The work goes on for whoever else waits for it. */
export async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([aborted.promise, work])
  } finally {
    signal.removeEventListener('abort', abort)
    // Whoever gave up has been told why; how the work ends is for those who still wait.
    work.catch(() => undefined)
  }
}
