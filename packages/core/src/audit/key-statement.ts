import { z } from 'zod'
import type { LogKeyCertificate } from '../model/log-key.ts'
import { once } from '../once.ts'

/** What a certificate says: that this key signs the log of this origin, as of then. */
export type KeyStatement = Pick<LogKeyCertificate, 'origin' | 'verifierKey' | 'certifiedAt'>

/** Stands first in every statement, so that a signature over anything else is never taken for one. */
const title = 'mendkit log key certificate v1'

/** The bytes that a certifier signs: four lines of text, which whoever has the entry of a certificate can make again. */
export function keyStatement({ origin, verifierKey, certifiedAt }: KeyStatement): Uint8Array {
  return Buffer.from(`${title}\n${origin}\n${verifierKey}\n${certifiedAt}\n`)
}

const certificate = once(() => {
  const line = z.string().regex(/^[^\n]+$/)
  const digest = z.string().regex(/^[0-9a-f]{64}$/)
  return z.strictObject({
    origin: line,
    verifierKey: line,
    certifiedAt: z.iso.datetime(),
    statement: digest,
    certifier: z.string(),
    keyId: z.string(),
    algorithm: z.enum(['ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha256']),
    certifierKey: digest,
    signature: z.base64(),
  })
})

/** Reads the data of an entry `log-key-certified`; undefined when it is none. Nothing of it is checked yet. */
export function parseKeyCertificate(data: unknown): LogKeyCertificate | undefined {
  return certificate().safeParse(data).data
}
