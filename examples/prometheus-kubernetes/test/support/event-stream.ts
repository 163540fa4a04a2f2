import type { MendkitEvent } from '@mendkit/core'
import { eventHeaders } from './host.ts'

/** What a browser would have got. */
export interface EventStream {
  readonly events: readonly MendkitEvent[]
  close(): Promise<void>
}

/** Reads a host's Server-Sent Events from the first entry of the log on. */
export async function openEventStream(hostUrl: string): Promise<EventStream> {
  const closing = new AbortController()
  const events: MendkitEvent[] = []
  const reply = await fetch(`${hostUrl}/events?after=-1`, { headers: eventHeaders, signal: closing.signal })
  if (!reply.ok || reply.body === null) throw new Error(`no events: ${reply.status} ${await reply.text()}`)
  const text = reply.body.pipeThrough(new TextDecoderStream())
  const reading = (async () => {
    let rest = ''
    for await (const part of text) {
      const blocks = (rest + part).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const data = block.split('\n').find((line) => line.startsWith('data:'))
        if (data !== undefined) events.push(JSON.parse(data.slice('data:'.length)) as MendkitEvent)
      }
    }
  })()
  return {
    events,
    async close() {
      closing.abort()
      await reading.catch((error: unknown) => {
        if (!closing.signal.aborted) throw error
      })
    },
  }
}
