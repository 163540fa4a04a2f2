/** Signs the checkpoints of audit logs with an Ed25519 key that is kept outside the database. */
export interface Signer {
  readonly spec: 1
  readonly id: string
  /**
   * Who signs, such as `ops.example.com/mendkit`: the first part of every log's origin, so one name is one deployment. It is one
   * word without `+`, and stays when the key is rotated.
   */
  readonly name: string
  /** The 32 bytes of the public key. */
  readonly publicKey: Uint8Array
  /** The 64 bytes of the signature. Synchronous: a transaction waits for it. */
  sign(message: Uint8Array): Uint8Array
}

/** The keys that a store signs with: whichever of the two the log asks for. */
export interface LogKeys {
  /** Absent: nothing is signed, and a log that was signed before takes no entries. */
  readonly signer?: Signer
  /** The key that takes over when the log's key is rotated, of the same name. */
  readonly nextSigner?: Signer
}
