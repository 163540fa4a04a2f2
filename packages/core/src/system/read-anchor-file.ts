import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { readAnchor } from '../audit/read-anchor.ts'
import { MendkitError } from '../errors.ts'
import { once } from '../once.ts'
import type { Anchor } from '../ports/anchor-sink.ts'
import type { CallContext } from '../ports/context.ts'
import { message } from '../redact/message.ts'
import { redact } from '../redact/redact.ts'

/** An anchor with what its note says that it is of. */
export interface KeptAnchor extends Anchor {
  readonly origin: string
  readonly size: number
}

const lineShape = once(() => z.object({ at: z.iso.datetime(), note: z.string() }))

/** The anchors of a file, in the order in which they were added; none of a file that is not there. A line that is none is told in the log and left out. */
export async function* readAnchorFile(file: string, ctx: CallContext): AsyncIterable<KeptAnchor> {
  ctx.signal.throwIfAborted()
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
  let number = 0
  try {
    for await (const line of lines) {
      ctx.signal.throwIfAborted()
      number += 1
      const kept = parseLine(line)
      if (kept !== undefined) yield kept
      else ctx.log.warn(message`line ${number} of the anchor file ${file} is no anchor, and is left out`)
    }
  } catch (cause) {
    ctx.signal.throwIfAborted()
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return
    throw new MendkitError('unavailable', `the anchor file ${redact(file)} cannot be read now`, { cause })
  } finally {
    lines.close()
  }
}

function parseLine(line: string): KeptAnchor | undefined {
  const parsed = lineShape().safeParse(json(line))
  const read = parsed.success ? readAnchor(parsed.data.note) : undefined
  if (!parsed.success || read === undefined || 'unusable' in read) return undefined
  const { origin, size } = read.checkpoint
  return { note: parsed.data.note, at: Date.parse(parsed.data.at), origin, size }
}

function json(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // Whatever it is, it is no line of ours, and who reads says so.
    return undefined
  }
}
