import { readFileSync } from 'node:fs'
import { MendkitError } from '@mendkit/core'

/** The verifier keys of a trust file, one a line. Throws `config` for a file without any. */
export function keysIn(file: string): readonly string[] {
  const lines = textOf(file).split('\n')
  const keys = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
  if (keys.length === 0)
    throw new MendkitError('config', `${file} holds no verifier key; \`mendkit audit keygen\` prints one`)
  return keys
}

/** What stands in a file. Throws `config` for one that cannot be read. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new MendkitError('config', `${file} cannot be read: name a file that is there`, { cause })
  }
}
