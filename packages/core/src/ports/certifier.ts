import type { CallContext } from './context.ts'

/**
 * An Ed25519 key that is kept elsewhere, such as in a KMS: it co-signs checkpoints that are anchored, and certifies the key that
 * signs the log. Asked outside any transaction, so it may be slow or away.
 */
export interface Certifier {
  readonly spec: 1
  readonly id: string
  /** Who signs, such as `kms.example.com/audit`: one word without `+`, and another than the name of the log's key. */
  readonly name: string
  /** The 32 bytes of the public key. */
  readonly publicKey: Uint8Array
  /** The 64 bytes of the signature. */
  sign(message: Uint8Array, ctx: CallContext): Promise<Uint8Array>
}
