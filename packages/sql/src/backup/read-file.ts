import { createReadStream, type ReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { pipeline as pipelineOf } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { MendkitError } from '@mendkit/core'
import { type Hashed, hashing } from './hashing.ts'
import { type ReadManifest, readManifest } from './manifest.ts'
import { manifestFile } from './take-backup.ts'

/** A backup whose file is the one that its manifest names. */
export interface CheckedBackup extends ReadManifest {
  readonly file: string
}

/**
 * Reads a manifest and holds the file against it. Throws `config` when one of the two is not there, `corrupt` when the file is
 * another or was changed, and like `readManifest`.
 */
export async function checkBackup(file: string, trust: readonly string[]): Promise<CheckedBackup> {
  const manifest = readManifest(await bytesOf(manifestFile(file)), trust, manifestFile(file))
  const found = await hashOf(file)
  const { bytes, sha256 } = manifest.manifest.file
  if (found.bytes === bytes && found.sha256 === sha256) return { ...manifest, file }
  const says = 'is not the file that its manifest names: it was cut, changed or swapped; nothing was restored'
  throw new MendkitError('corrupt', `${file} ${says}`)
}

/** The lines of a backup, and in the end what they were. */
export async function* linesOf(file: string, told: (content: Hashed) => void): AsyncGenerator<string, void> {
  const { through, result } = hashing()
  // What fails on the way is thrown by the stream at its end, which is what is read here.
  const chunks: AsyncIterable<Uint8Array> = pipelineOf(createReadStream(file), createGunzip(), through, () => undefined)
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let rest = ''
  try {
    for await (const chunk of chunks) {
      const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
    rest += decoder.decode()
  } catch (cause) {
    if (MendkitError.is(cause)) throw cause
    throw new MendkitError('corrupt', `${file} cannot be read to its end; nothing was restored`, { cause })
  }
  if (rest !== '') throw new MendkitError('corrupt', `${file} ends in the middle of a line; nothing was restored`)
  told(result())
}

async function hashOf(file: string): Promise<Hashed> {
  const { through, result } = hashing()
  try {
    await pipeline(createReadStream(file) satisfies ReadStream, through, async (chunks) => {
      for await (const _ of chunks);
    })
  } catch (cause) {
    throw unreadable(file, cause)
  }
  return result()
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw unreadable(file, cause)
  }
}

function unreadable(file: string, cause: unknown): MendkitError {
  return new MendkitError('config', `${file} cannot be read; a backup is a file and its manifest beside it`, { cause })
}
