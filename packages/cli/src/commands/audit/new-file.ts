import { existsSync, writeFileSync } from 'node:fs'
import { MendkitError } from '@mendkit/core'

/** Writes a file that must not be there yet. Throws `config` that says whether the name or the folder is at fault. */
export function writeNewFile(file: string, content: string | Uint8Array, mode?: number): void {
  try {
    writeFileSync(file, content, { flag: 'wx', ...(mode !== undefined && { mode }) })
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
