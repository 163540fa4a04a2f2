import { closeSync, openSync, statSync } from 'node:fs'
import { MendkitError } from '@mendkit/core'

/**
 * Remembers which file stands under a path now. What it answers throws `unavailable` once no file, or another one, stands
 * there: an open file that was deleted takes every write and loses it with the process, and whoever opens the path anew
 * would find neither locks nor approvals.
 */
export function fileInPlace(path: string): () => void {
  const opened = identityOf(path)
  return () => {
    if (opened === undefined || identityOf(path) === opened) return
    const says = 'was deleted or replaced while it was open; put it back from a backup and start this process again'
    throw new MendkitError('unavailable', `the database ${path} ${says}`)
  }
}

/**
 * Makes a file that is not there, for its owner alone: whoever can read it reads everything that the host knows. SQLite gives the
 * files beside it the same mode.
 */
export function makeForOwner(path: string): void {
  try {
    closeSync(openSync(path, 'ax', 0o600))
  } catch {
    // It is there, or cannot be made, which SQLite is about to say in its own words.
  }
}

/** Undefined where there is no file, as for a database in memory. */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev} ${found.ino}`
}
