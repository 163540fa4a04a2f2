import { MendkitError } from '../errors.ts'
import type { Anchor } from '../ports/anchor-sink.ts'
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'

/** An anchor's text, read; or why it cannot be. */
export type ReadAnchor = { readonly checkpoint: Checkpoint } | { readonly unusable: string }

/** Reads the text of an anchor. */
export function readAnchor(note: string): ReadAnchor {
  try {
    return { checkpoint: parseCheckpoint(note) }
  } catch (error) {
    if (!MendkitError.is(error, 'invalid')) throw error
    return { unusable: error.message }
  }
}

/**
 * What every sink answers to an anchor of an origin and size in whose place it has something already: nothing to do for the same
 * root, or when there is nothing. Throws `rejected` for another root, and `bad-response` when what is there is no such anchor.
 */
export function assertSameRoot(id: string, kept: readonly Anchor[], wanted: Checkpoint): void {
  const { origin, size, root } = wanted
  const roots = kept.flatMap(({ note }) => {
    const read = readAnchor(note)
    return 'checkpoint' in read && isOf(read.checkpoint, wanted) ? [read.checkpoint.root] : []
  })
  if (kept.length > 0 && roots.length === 0) {
    const because = `in the place of the first ${size} entries of ${origin} anchor sink ${id} holds something that is no anchor of them`
    throw new MendkitError('bad-response', `${because}: find out who put it there`)
  }
  if (roots.every((one) => Buffer.compare(one, root) === 0)) return
  const says = `anchor sink ${id} holds another root of the first ${size} entries of ${origin}`
  throw new MendkitError(
    'rejected',
    `${says}: two logs go by this name. Find out which is the true one before anything else`,
  )
}

function isOf({ origin, size }: Checkpoint, wanted: Checkpoint): boolean {
  return origin === wanted.origin && size === wanted.size
}
