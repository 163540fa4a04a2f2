import { MendkitError } from '../../errors.ts'
import type { MendkitEvent } from '../../model/event.ts'
import type { Clock } from '../../ports/clock.ts'
import { errorText } from '../../redact/message.ts'

/** What an event stream is made of. */
export interface SseStreamOptions {
  readonly events: AsyncIterable<MendkitEvent>
  readonly heartbeatMs: number
  readonly retryMs: number | undefined
  readonly clock: Clock
  /** Called when the reader has gone or the events have ended. */
  readonly onEnd: () => void
}

/**
 * Server-Sent Events as bytes. The next event is asked for when the reader takes the last, so nothing piles up; between
 * events a comment goes out every `heartbeatMs`, so that proxies keep the connection. A cursor that the log refuses is
 * told to the client as an event `failed`, which ends the stream; any other failure breaks the stream, for the server to
 * see.
 */
export function sseStream(options: SseStreamOptions): ReadableStream<Uint8Array> {
  const { clock, heartbeatMs, retryMs, onEnd } = options
  const iterator = options.events[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  let pending: Promise<IteratorResult<MendkitEvent>> | undefined
  let gone = false
  let greeting: string | undefined = retryMs === undefined ? ': hello\n\n' : `retry: ${retryMs}\n\n`

  async function nextChunk(): Promise<string | undefined> {
    if (greeting !== undefined) {
      const first = greeting
      greeting = undefined
      return first
    }
    pending ??= iterator.next()
    const result = await unlessLate(pending, clock, heartbeatMs)
    if (result === 'late') return ': still here\n\n'
    pending = undefined
    return result.done === true ? undefined : sseEvent(result.value)
  }

  async function nextChunkOrRefusal(): Promise<{ readonly chunk?: string | undefined; readonly last: boolean }> {
    try {
      const chunk = await nextChunk()
      return { chunk, last: chunk === undefined }
    } catch (error) {
      if (!MendkitError.is(error, 'invalid')) throw error
      return { chunk: `event: failed\ndata: ${JSON.stringify({ error: errorText(error) })}\n\n`, last: true }
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { chunk, last } = await nextChunkOrRefusal()
        if (gone) return
        if (chunk !== undefined) controller.enqueue(encoder.encode(chunk))
        if (!last) return
        onEnd()
        controller.close()
      },
      async cancel() {
        gone = true
        onEnd()
        await iterator.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

/** One event: JSON never holds a line break, so one `data` line is enough. */
function sseEvent(event: MendkitEvent): string {
  return `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

async function unlessLate<Result>(answer: Promise<Result>, clock: Clock, ms: number): Promise<Result | 'late'> {
  const sleeper = new AbortController()
  try {
    return await Promise.race([answer, clock.sleep(ms, sleeper.signal).then(() => 'late' as const)])
  } finally {
    sleeper.abort()
  }
}
