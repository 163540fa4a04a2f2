import { breathe } from './transaction.ts'

/** What is asked for, and by whom. */
interface Waiting<Item, Result> {
  readonly item: Item
  readonly signal: AbortSignal
  readonly settle: (result: Result) => void
  readonly fail: (error: unknown) => void
}

/** More in one transaction would hold up commits for long. */
const mostAtOnce = 200

/**
 * Puts whatever is asked for while `run` is under way into its next call, which answers one result for each, in order.
 * What was given up before its call rejects with the abort reason; a call that throws fails all that it was asked for.
 */
export function inBatches<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
): (item: Item, signal: AbortSignal) => Promise<Result> {
  /** At most as many as the host has leases: each waits for its answer before it asks again. */
  const waiting: Waiting<Item, Result>[] = []
  let isWorking = false

  async function work(): Promise<void> {
    isWorking = true
    while (waiting.length > 0) {
      // Timers that end together ask one after the other.
      await breathe()
      await runBatch(waiting.splice(0, mostAtOnce))
    }
    isWorking = false
  }

  async function runBatch(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    const wanted = batch.filter(({ signal }) => !signal.aborted)
    for (const { signal, fail } of batch) if (signal.aborted) fail(signal.reason)
    if (wanted.length === 0) return
    try {
      const results = await run(wanted.map(({ item }) => item))
      for (const [index, { settle }] of wanted.entries()) settle(results[index] as Result)
    } catch (error) {
      for (const { fail } of wanted) fail(error)
    }
  }

  return (item, signal) =>
    new Promise((settle, fail) => {
      waiting.push({ item, signal, settle, fail })
      if (!isWorking) void work()
    })
}
