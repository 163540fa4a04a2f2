import { readFileSync } from 'node:fs'
import { MendkitError, parseCheckpoint, parseVerifierKey } from '@mendkit/core'

/** The verifier keys of a trust file, one a line. Throws `config` for a file without any, and for a line that is none. */
export function keysIn(file: string): readonly string[] {
  const lines = textOf(file).split('\n')
  const keys = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
  if (keys.length === 0)
    throw new MendkitError('config', `${file} holds no verifier key; \`mendkit audit keygen\` prints one`)
  for (const key of keys) named(file, 'holds a line that is no verifier key', () => parseVerifierKey(key))
  return keys
}

/** The checkpoint in a file. Throws `config` for a file that holds anything else. */
export function checkpointIn(file: string): string {
  const text = textOf(file)
  named(file, 'is no checkpoint, such as `mendkit audit checkpoint` prints', () => parseCheckpoint(text))
  return text
}

/** Of several files, one must say which of them is meant. */
function named(file: string, says: string, parse: () => unknown): void {
  try {
    parse()
  } catch (cause) {
    if (!MendkitError.is(cause, 'invalid') && !MendkitError.is(cause, 'config')) throw cause
    throw new MendkitError('config', `${file} ${says}: ${cause.message}`, { cause })
  }
}

/** What stands in a file. Throws `config` for one that cannot be read. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new MendkitError('config', `${file} cannot be read: name a file that is there`, { cause })
  }
}
