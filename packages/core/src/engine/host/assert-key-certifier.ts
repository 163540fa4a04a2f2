import { MendkitError } from '../../errors.ts'

/** Refuses a certifier that would have no key to certify. Throws `config`. */
export function assertKeyCertifier({
  signer,
  keyCertifier,
}: {
  readonly signer?: unknown
  readonly keyCertifier?: unknown
} = {}): void {
  if (keyCertifier === undefined || signer !== undefined) return
  const path = 'system.signer'
  const says = `${path}: what system.keyCertifier certifies is the key that signs, so it needs a signer, such as fileSigner(…)`
  throw new MendkitError('config', says, { path })
}
