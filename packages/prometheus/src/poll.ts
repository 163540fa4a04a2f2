import { setTimeout as sleep } from 'node:timers/promises'
import type { AlertBatch, CallContext } from '@mendkit/core'

/**
 * Turns a poll into a detector's stream: at once, then `intervalMs` after the last batch was taken. Ends quietly when the
 * caller aborts; a poll that fails throws.
 */
export async function* everyInterval(
  intervalMs: number,
  poll: (ctx: CallContext) => Promise<AlertBatch>,
  ctx: CallContext,
): AsyncGenerator<AlertBatch, void, undefined> {
  const { signal } = ctx
  while (!signal.aborted) {
    const batch = await quietWhenAborted(poll(ctx), signal)
    if (batch === undefined) return
    yield batch
    if (signal.aborted) return
    await quietWhenAborted(sleep(intervalMs, undefined, { signal }), signal)
  }
}

async function quietWhenAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  try {
    return await work
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}
