import { type FileHandle, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MendkitError } from '@mendkit/core'
import { cannotBeMade, cannotBeWritten } from './new-file.ts'

/**
 * Writes lines to a file that must not be there yet, mode 0600, and resolves when they are on the disk. A failure leaves no file
 * behind, so that nobody takes a part for the whole. Throws `config` when the file cannot be made, `unavailable` when the disk
 * cannot take it.
 */
export async function streamToNewFile(file: string, lines: AsyncIterable<string>): Promise<void> {
  const handle = await openNew(file)
  try {
    for await (const line of lines) await handle.appendFile(`${line}\n`)
    await handle.sync()
    await handle.close()
    await syncFolder(dirname(file))
  } catch (error) {
    // What failed first is told; it may be the closing itself.
    await handle.close().catch(() => undefined)
    await unlink(file)
    throw ofTheDisk(error) ? cannotBeWritten(file, error) : error
  }
}

/** Whether a call of the system failed, and not whoever makes the lines. */
function ofTheDisk(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && !MendkitError.is(error)
}

async function openNew(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx', 0o600)
  } catch (cause) {
    throw cannotBeMade(file, cause)
  }
}

/** The name of a new file is on the disk only with its folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
