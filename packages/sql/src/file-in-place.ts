import { statSync } from 'node:fs'
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

/** Undefined where there is no file, as for a database in memory. */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev} ${found.ino}`
}
