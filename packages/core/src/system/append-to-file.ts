import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MendkitError } from '../errors.ts'
import { redact } from '../redact/redact.ts'

const append = constants.O_APPEND | constants.O_CREAT | constants.O_RDWR
const newline = 10

/**
 * Adds whole lines to a file, mode 0600 when it makes it, and resolves when they are on the disk. The file is opened anew for
 * each call, so one that was moved away is followed by a new one. `what` names it in errors. Throws `unavailable`.
 */
export async function appendToFile(file: string, what: string, lines: string): Promise<void> {
  let handle: FileHandle | undefined
  try {
    handle = await open(file, append, 0o600)
    const { size } = await handle.stat()
    const [last] = size === 0 ? [] : (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer
    // A line that a crash cut ends here, so that it damages none but itself.
    const torn = last === undefined || last === newline ? '' : '\n'
    await handle.appendFile(`${torn}${lines}\n`)
    await handle.sync()
    if (size === 0) await syncFolder(file)
  } catch (cause) {
    throw new MendkitError('unavailable', `${what} ${redact(file)} cannot be written now`, { cause })
  } finally {
    await handle?.close()
  }
}

/** The name of a new file is on the disk only with its folder. */
async function syncFolder(file: string): Promise<void> {
  const folder = await open(dirname(file), constants.O_RDONLY)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
