import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MendkitError } from '../errors.ts'
import { redact } from '../redact/redact.ts'

/** What a file was at one time; another as soon as somebody writes to it or puts another in its place. */
export interface FileVersion {
  readonly inode: number
  readonly size: number
  readonly changedAt: number
}

/** What became of a file to which something was added. */
export interface Appended {
  /** Its bytes before. */
  readonly before: number
  readonly after: FileVersion
  /** False when others added to it meanwhile. */
  readonly isAlone: boolean
}

/** What a file is now; undefined when there is none that can be looked at. */
export async function fileVersion(file: string): Promise<FileVersion | undefined> {
  try {
    return versionOf(await stat(file))
  } catch {
    // Whoever reads it says why.
    return undefined
  }
}

function versionOf({ ino, size, mtimeMs }: Stats): FileVersion {
  return { inode: ino, size, changedAt: mtimeMs }
}

const append = constants.O_APPEND | constants.O_CREAT | constants.O_RDWR
const newline = 10

/**
 * Adds whole lines to a file, mode 0600 when it makes it, and resolves when they are on the disk. The file is opened anew for
 * each call, so one that was moved away is followed by a new one. `what` names it in errors. Throws `unavailable`.
 */
export async function appendToFile(file: string, what: string, lines: string): Promise<Appended> {
  let handle: FileHandle | undefined
  try {
    handle = await open(file, append, 0o600)
    const { size } = await handle.stat()
    const [last] = size === 0 ? [] : (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer
    // A line that a crash cut ends here, so that it damages none but itself.
    const torn = last === undefined || last === newline ? '' : '\n'
    const added = Buffer.from(`${torn}${lines}\n`)
    await handle.appendFile(added)
    await handle.sync()
    if (size === 0) await syncFolder(file)
    const after = await handle.stat()
    return { before: size, after: versionOf(after), isAlone: after.size === size + added.length }
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
