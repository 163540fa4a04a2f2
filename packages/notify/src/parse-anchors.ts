import { type Anchor, MendkitError, parseCheckpoint } from '@mendkit/core'
import { z } from 'zod'

const answer = z.object({ anchors: z.array(z.object({ note: z.string(), at: z.iso.datetime() })).max(1_000) })

/** Reads what an anchor service answers. Throws `bad-response` for anything else. */
export function parseAnchors(who: string, text: string): readonly Anchor[] {
  const parsed = answer.safeParse(json(text))
  if (!parsed.success) throw new MendkitError('bad-response', `${who} answers no list of anchors`)
  return parsed.data.anchors.map(({ note, at }) => {
    try {
      parseCheckpoint(note)
    } catch (cause) {
      throw new MendkitError('bad-response', `${who} answers an anchor that is no checkpoint`, { cause })
    }
    return { note, at: Date.parse(at) }
  })
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // An answer that is cut or no JSON is none, and who asked says so.
    return undefined
  }
}
