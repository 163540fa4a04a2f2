type Fetch = typeof globalThis.fetch

const lineFeed = 10
const carriageReturn = 13

/**
 * A fetch whose answers end with an error before anybody has parsed more than `maxBytes` of them. Of a stream of events that
 * stays open one event counts, of everything else the whole.
 */
export function boundedFetch(fetch: Fetch, maxBytes: number): Fetch {
  return async (...request) => {
    const response = await fetch(...request)
    const { body, status, statusText, headers } = response
    if (body === null) return response
    const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true
    const counted = body.pipeThrough(counter(maxBytes, isStream))
    return new Response(counted, { status, statusText, headers })
  }
}

function counter(maxBytes: number, isStream: boolean): TransformStream<Uint8Array, Uint8Array> {
  let size = 0
  let lineIsEmpty = false
  return new TransformStream({
    transform(chunk, controller) {
      for (const byte of chunk) {
        size += 1
        if (size > maxBytes) {
          controller.error(new RangeError(`the server sent more than ${maxBytes} bytes`))
          return
        }
        // An empty line ends an event.
        if (isStream && byte === lineFeed && lineIsEmpty) size = 0
        if (byte !== carriageReturn) lineIsEmpty = byte === lineFeed
      }
      controller.enqueue(chunk)
    },
  })
}
