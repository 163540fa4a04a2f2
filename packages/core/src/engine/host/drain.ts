import { message } from '../../redact/message.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { createWaker } from '../work/waker.ts'

/** How long aborted work may take to end: what heeds its signal needs no more. */
const afterAbortMs = 1_000

/** The work of a run, by what it is called in the log. */
export type Tasks = ReadonlyMap<string, Promise<void>>

/**
 * Waits for the work; once stopping, for at most `drainMs`, after which it is aborted, and what does not heed that is left
 * behind: what it had under way is recovered at the next start. Answers whether all of it had ended in time. Rejects with
 * the first failure of the work.
 */
export async function drain(
  parts: Parts,
  tasks: Tasks,
  stopping: AbortSignal,
  work: AbortController,
): Promise<boolean> {
  const { drainMs } = parts.settings.engine
  const open = new Set(tasks.keys())
  const ended = createWaker(parts.clock)
  let over = false
  const all = Promise.all([...tasks].map(([name, task]) => task.finally(() => open.delete(name)))).finally(() => {
    over = true
    ended.ring()
  })
  // It is awaited below; a failure before that must not count as one that nobody handles.
  all.catch(() => undefined)
  await untilAborted(stopping, all)
  if (!over) await ended.wait(drainMs, work.signal)
  if (over) {
    await all
    return true
  }
  parts.log.warn(message`after ${drainMs} ms these are still under way and are stopped: ${[...open].join(', ')}`)
  work.abort()
  await ended.wait(afterAbortMs, new AbortController().signal)
  if (over) {
    await all
    return false
  }
  parts.log.error(message`these do not heed their signal and are left behind: ${[...open].join(', ')}`)
  all.catch((error: unknown) => parts.log.warn(describeFailure('what was left behind failed', error)))
  return false
}

/** Resolves when the signal aborts, or when the work ends first. */
async function untilAborted(signal: AbortSignal, work: Promise<unknown>): Promise<void> {
  if (signal.aborted) return
  const aborted = Promise.withResolvers<void>()
  const give = () => aborted.resolve()
  signal.addEventListener('abort', give, { once: true })
  try {
    await Promise.race([aborted.promise, work])
  } finally {
    signal.removeEventListener('abort', give)
  }
}
