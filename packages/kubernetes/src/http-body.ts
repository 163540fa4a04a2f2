import type { IncomingMessage } from 'node:http'
import { badAnswer, noAnswer, type RequestIntent } from './api-failure.ts'
import type { Patience } from './patience.ts'

/** A page of 500 large pods is about 10 MB; nothing that we ask for is larger than this. */
const MAX_BODY_BYTES = 64 * 1024 * 1024
const MAX_LINE_CHARACTERS = 16 * 1024 * 1024

/** Reads a whole body as text. Throws like `sendRequest` when it breaks off, `bad-response` beyond 64 MiB. */
export async function readText(body: IncomingMessage, intent: RequestIntent, patience: Patience): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of chunksOf(body, intent, patience)) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw badAnswer(intent, `the answer is larger than ${MAX_BODY_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Reads a body line by line, as a watch sends it. Empty lines are left out. */
export async function* readLines(
  body: IncomingMessage,
  intent: RequestIntent,
  patience: Patience,
): AsyncIterable<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunksOf(body, intent, patience)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > MAX_LINE_CHARACTERS) throw badAnswer(intent, 'a line of the answer does not end')
    for (const line of lines) if (line !== '') yield line
  }
  if (rest !== '') yield rest
}

async function* chunksOf(body: IncomingMessage, intent: RequestIntent, patience: Patience): AsyncIterable<Buffer> {
  try {
    for await (const chunk of body) yield chunk as Buffer
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'no code'
    throw patience.failure(intent, true) ?? noAnswer(intent, `the answer broke off (${code})`, true)
  } finally {
    body.destroy()
  }
}
