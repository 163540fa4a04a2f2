import type { CallContext } from './context.ts'

/**
 * A key that is kept elsewhere, such as in a KMS, and certifies the keys that sign the logs: whoever knows its public key learns from
 * a log itself that its key is the host's. Asked rarely and outside any transaction, so it may be slow or away.
 */
export interface KeyCertifier {
  readonly spec: 1
  /** Stands in the log. Logs are certified anew by another id: change it whenever the certifying key changes. */
  readonly id: string
  /** What the KMS calls the key, such as its ARN or its version. Stands in the log, and is never judged. */
  readonly keyId: string
  /**
   * The public key as PEM text (SPKI, `BEGIN PUBLIC KEY`). Its kind says how it signs: Ed25519; P-256 as ECDSA with SHA-256, in DER; RSA of
   * 2048 bits or more as RSASSA-PSS with SHA-256.
   */
  readonly publicKey: string
  /**
   * The signature over exactly these bytes, hashed as the kind of key demands. A KMS is asked for a signature of the message, not of
   * a digest. One that is not good under `publicKey` is refused, and nothing of it is stored.
   *
   * Throws `unavailable` when it may answer later, `rejected` when it refuses, and the abort reason; whatever it throws, it is
   * asked again later.
   */
  certify(statement: Uint8Array, ctx: CallContext): Promise<Uint8Array>
}
