import { type AnchorSink, MendkitError, memoryAnchors } from '@mendkit/core'

/** A sink that can be made to fail. */
export interface FailingSink extends AnchorSink {
  /** What every call fails with while it is set; `hangs`: no call answers. */
  failure?: Error | 'hangs' | undefined
  /** Calls of `put` that reached it. */
  puts: number
}

/** What a sink says that is away. */
export const away = new MendkitError('unavailable', 'the bucket cannot be reached')

/** A sink in memory that works until it is told otherwise. */
export function failingSink(id = 'bucket', inner: AnchorSink = memoryAnchors(id)): FailingSink {
  const sink: FailingSink = {
    ...inner,
    id,
    puts: 0,
    async put(anchor, ctx) {
      sink.puts += 1
      await fails()
      return inner.put(anchor, ctx)
    },
    async latest(origin, ctx) {
      await fails()
      return inner.latest(origin, ctx)
    },
  }
  async function fails(): Promise<void> {
    if (sink.failure === 'hangs') await new Promise(() => undefined)
    if (sink.failure instanceof Error) throw sink.failure
  }
  return sink
}
