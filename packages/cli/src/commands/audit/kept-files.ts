import { readFileSync } from 'node:fs'
import { MendkitError, parseCertifierKey, parseCheckpoint, parseVerifierKey } from '@mendkit/core'
import { z } from 'zod'

const anchorLine = z.object({ note: z.string() })

/** From the first to the last line of a key in PEM text. */
const pemBlock = /^-----BEGIN [^-\n]+-----$[^-]*^-----END [^-\n]+-----$/gm

/** The verifier keys of a trust file, one a line. Throws `config` for a file without any, and for a line that is none. */
export function keysIn(file: string): readonly string[] {
  const lines = textOf(file).replaceAll(pemBlock, '').split('\n')
  const keys = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
  if (keys.length === 0)
    throw new MendkitError('config', `${file} holds no verifier key; \`mendkit audit keygen\` prints one`)
  for (const key of keys) named(file, 'holds a line that is no verifier key', () => parseVerifierKey(key))
  return keys
}

/**
 * The public keys of certifiers in a trust file, as PEM text between its lines. Throws `config` for PEM text of anything else, such as a
 * private key.
 */
export function certifiersIn(file: string): readonly string[] {
  const keys = textOf(file).match(pemBlock) ?? []
  for (const key of keys) named(file, 'holds PEM text that is no public key', () => parseCertifierKey(key))
  return keys
}

/** The checkpoint in a file. Throws `config` for a file that holds anything else. */
function checkpointIn(file: string): string {
  const text = textOf(file)
  named(file, 'is no checkpoint, such as `mendkit audit checkpoint` prints', () => parseCheckpoint(text))
  return text
}

/**
 * The checkpoints in a file: the one that there is, or the newest of each log where it is the file of an anchor sink. Throws `config`
 * for a file that holds none.
 */
export function checkpointsIn(file: string): readonly string[] {
  const text = textOf(file)
  if (!text.startsWith('{')) return [checkpointIn(file)]
  const newest = new Map<string, { readonly note: string; readonly size: number }>()
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const { data } = anchorLine.safeParse(jsonOf(line))
    // What a crash cut is none; so is what somebody else wrote there, and no sink holds it for one.
    if (data === undefined) continue
    const { origin, size } = named(file, 'holds an anchor that is no checkpoint', () => parseCheckpoint(data.note))
    if (size >= (newest.get(origin)?.size ?? 0)) newest.set(origin, { note: data.note, size })
  }
  if (newest.size === 0) throw new MendkitError('config', `${file} holds no anchor; name the file of an anchor sink`)
  return [...newest.values()].map(({ note }) => note)
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Of several files, one must say which of them is meant. */
function named<Parsed>(file: string, says: string, parse: () => Parsed): Parsed {
  try {
    return parse()
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
