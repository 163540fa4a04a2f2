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
 * What every sink answers to an anchor of an origin and size that it has one of already: nothing to do for the same root.
 * Throws `rejected` for another one.
 */
export function assertSameRoot(id: string, kept: readonly Anchor[], wanted: Checkpoint): void {
  const { origin, size, root } = wanted
  const differs = kept.some(({ note }) => {
    const read = readAnchor(note)
    return 'checkpoint' in read && isOf(read.checkpoint, wanted) && Buffer.compare(read.checkpoint.root, root) !== 0
  })
  if (!differs) return
  const says = `anchor sink ${id} holds another root of the first ${size} entries of ${origin}`
  throw new MendkitError(
    'rejected',
    `${says}: two logs go by this name. Find out which is the true one before anything else`,
  )
}

function isOf({ origin, size }: Checkpoint, wanted: Checkpoint): boolean {
  return origin === wanted.origin && size === wanted.size
}
