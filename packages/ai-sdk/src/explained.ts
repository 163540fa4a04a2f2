import { explainFailure, isFiltered } from './explain-failure.ts'
import { parseFailure } from './parse-failure.ts'
import { requestIdIn } from './request-id.ts'

/** That a filter of the provider did not let a request through. */
interface Filtered {
  readonly refused: { readonly requestId: string | undefined }
}

/** Does the work; the reason of an abort comes through, and what the provider threw is explained. */
export async function explained<Result>(
  who: string,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result | Filtered> {
  signal.throwIfAborted()
  try {
    return await work()
  } catch (error) {
    signal.throwIfAborted()
    const failure = parseFailure(error)
    if (failure.kind === 'refused' && isFiltered(failure))
      return { refused: { requestId: requestIdIn(failure.headers) } }
    throw explainFailure(failure, who)
  }
}

/** The parts of a reply, with failures explained and without what comes after the caller gave up. */
export function explainedParts(
  who: string,
  parts: AsyncIterable<unknown>,
  signal: AbortSignal,
): { readonly all: AsyncIterable<unknown>; readonly failed: (error: unknown) => Error } {
  /** An abort is told within a reply too, as an error. */
  function failed(error: unknown): Error {
    signal.throwIfAborted()
    return explainFailure(parseFailure(error), who)
  }

  async function* all(): AsyncGenerator<unknown> {
    const iterator = parts[Symbol.asyncIterator]()
    try {
      for (;;) {
        const next = await iterator.next().catch((error: unknown) => {
          throw failed(error)
        })
        signal.throwIfAborted()
        if (next.done === true) return
        yield next.value
      }
    } finally {
      await iterator.return?.()
    }
  }

  return { all: all(), failed }
}
