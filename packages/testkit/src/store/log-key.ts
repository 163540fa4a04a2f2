import { ed25519Signer, type Signer, verifierKeyOf } from '@mendkit/core'

/** A signer for tests, with the same key for the same number and of no secrecy. */
export function testSigner(seed = 1, name = 'log.example/test'): Signer {
  const key = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)])
  const privateKey = `-----BEGIN PRIVATE KEY-----\n${key.toString('base64')}\n-----END PRIVATE KEY-----\n`
  return ed25519Signer({ name, privateKey })
}

/** A checkpoint that `testSigner()` signed, as a note. */
export function testCheckpoint(end: {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
}): string {
  const signer = testSigner()
  const body = `${end.origin}\n${end.size}\n${Buffer.from(end.root).toString('base64')}\n`
  const signature = Buffer.concat([Buffer.from(verifierKeyOf(signer).id, 'hex'), signer.sign(Buffer.from(body))])
  return `${body}\n— ${signer.name} ${signature.toString('base64')}\n`
}
