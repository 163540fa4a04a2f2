import type { ServerResponse } from 'node:http'
import type { Pace } from '@mendkit/testkit'
import { type ReplyEvents, serverSentEvent, type WireProtocol } from './protocol.ts'

/** Bytes of one write of a split reply: a prime, so that writes end anywhere. */
const splitAt = 7

/** Sends a reply at its pace. `proceed` is what a held one waits for. */
export async function playReply(
  response: ServerResponse,
  { before, answer, after }: ReplyEvents,
  {
    pace,
    protocol: { overloaded, broken = serverSentEvent({ broken: true }).replace('}', '') },
    proceed,
  }: { readonly pace: Pace; readonly protocol: WireProtocol; readonly proceed: Promise<void> },
): Promise<void> {
  const [first = '', ...rest] = answer
  const begun = [...before, first].join('')
  const remaining = [...rest, ...after].join('')
  switch (pace) {
    case 'whole':
      response.end(begun + remaining)
      return
    case 'split':
      for (const part of partsOf(begun + remaining)) await written(response, part)
      response.end()
      return
    case 'held':
      await written(response, begun)
      await proceed
      response.end(remaining)
      return
    case 'stuck':
      response.write(begun)
      return
    case 'cut':
      await written(response, begun)
      response.destroy()
      return
    case 'ended':
      response.end(begun)
      return
    case 'broken':
      response.end(begun + broken + remaining)
      return
    case 'failing':
      response.end(begun + overloaded)
  }
}

function partsOf(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text)
  return Array.from({ length: Math.ceil(bytes.length / splitAt) }, (_, index) =>
    bytes.subarray(index * splitAt, (index + 1) * splitAt),
  )
}

function written(response: ServerResponse, bytes: string | Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}
