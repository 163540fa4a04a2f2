import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { MendkitError } from '@mendkit/core'

/**
 * Writes a file that must not be there yet. Throws `config` that says whether the name or the folder is at fault, and `unavailable` when
 * it cannot be written whole; it is then gone again.
 */
export function writeNewFile(file: string, content: string | Uint8Array, mode?: number): void {
  const made = newFile(file, mode)
  try {
    writeFileSync(made, content)
  } catch (cause) {
    rmSync(file, { force: true })
    throw cannotBeWritten(file, cause)
  } finally {
    closeSync(made)
  }
}

function newFile(file: string, mode: number | undefined): number {
  try {
    return openSync(file, 'wx', mode)
  } catch (cause) {
    throw cannotBeMade(file, cause)
  }
}

/** Why a new file cannot be made, and what to do. */
export function cannotBeMade(file: string, cause: unknown): MendkitError {
  const todo = existsSync(file)
    ? 'it is there already, and is left as it is; name another'
    : 'name a file in a folder that is there and that you may write to'
  return new MendkitError('config', `${file} cannot be made: ${todo}`, { cause })
}

/** Why a new file is not whole, and what to do. */
export function cannotBeWritten(file: string, cause: unknown): MendkitError {
  const todo = 'it was removed; make room, or name a file on another disk'
  return new MendkitError('unavailable', `${file} cannot be written whole: ${todo}`, { cause })
}
