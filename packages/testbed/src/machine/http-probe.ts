/** Whether a plain HTTP server answers a GET with a 2xx status. A refused connection is a no. */
export async function answersOk(url: string): Promise<boolean> {
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await reply.arrayBuffer()
    return reply.ok
  } catch {
    // Not listening yet; whoever waits for it has the server's log.
    return false
  }
}
