import { readFileSync, statSync } from 'node:fs'
import { MendkitError } from '../errors.ts'
import type { Signer } from '../ports/signer.ts'
import { ed25519Signer } from './ed25519-signer.ts'

/** What can be set about a signer from a file. */
export interface FileSignerOptions {
  /** @default what the file says on a line `name: …`, as `mendkit audit keygen` writes it */
  readonly name?: string
}

/**
 * A signer for audit logs whose private key lies in a file. Reads it once. Throws `config` when the file is not there, when
 * others than its owner may read or change it (its mode must be 0600 or narrower), or when it holds no Ed25519 key in PEM.
 */
export function fileSigner(path: string, options: FileSignerOptions = {}): Signer {
  const text = secretText(path)
  const name = options.name ?? /^name: (\S+)$/m.exec(text)?.[1]
  if (name !== undefined) return ed25519Signer({ name, privateKey: text })
  throw new MendkitError('config', `the key file ${path} has no line \`name: …\`: give the name of the signer`)
}

function secretText(path: string): string {
  try {
    const { mode } = statSync(path)
    // Windows keeps no such mode.
    if (process.platform === 'win32' || (mode & 0o077) === 0) return readFileSync(path, 'utf8')
    const has = (mode & 0o777).toString(8).padStart(4, '0')
    throw new MendkitError(
      'config',
      `the key file ${path} has mode ${has}, and others may read it: run chmod 600 on it`,
    )
  } catch (cause) {
    if (MendkitError.is(cause)) throw cause
    throw new MendkitError('config', `the key file ${path} cannot be read: name a file that is there`, { cause })
  }
}
