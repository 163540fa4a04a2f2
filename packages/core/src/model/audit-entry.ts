import type { Redacted } from './redacted.ts'

/** One entry of a tenant's audit log as stored: the exact bytes decide, the rest is an index. */
export interface AuditRecord {
  readonly tenant: string
  /** Contiguous from 0. */
  readonly seq: number
  /** RFC 8785 canonical JSON of the entry, UTF-8. */
  readonly bytes: Uint8Array
}

/** A piece of free text outside the log, named by a digest over its salt and its text, and erasable. */
export interface Blob {
  readonly tenant: string
  /** SHA-256 over the salt's 16 bytes and the UTF-8 text, hex. */
  readonly digest: string
  /** 128 random bits, hex. Erased with the text, so that a short text cannot be guessed from its digest. */
  readonly salt: string
  readonly text: Redacted
}

/** Where a log ends. */
export interface AuditHead {
  /** Number of entries; the next entry's `seq`. */
  readonly size: number
  /** SHA-256 of the last entry's bytes, hex; 64 zeros for an empty log. */
  readonly last: string
  /** Roots of the complete subtrees (RFC 6962) that the entries make, largest first, hex: the tree grows from them alone. */
  readonly frontier: readonly string[]
  /** The verifier key that signs the next checkpoint, as text; absent while nobody has signed the log. */
  readonly key?: string
  /** How often the origins of this database's logs have begun anew, with the first time. @default 1 */
  readonly epoch?: number
  /**
   * Set while the database is known to be older than an anchor: nothing is committed to it until its logs go on under a new
   * origin (`mendkit recover`).
   */
  readonly diverged?: true
}

/** Where a log ended when a group of entries was committed, signed. */
export interface AuditCheckpoint {
  readonly tenant: string
  /** Number of entries that it speaks of. */
  readonly size: number
  /** The signed note (C2SP tlog-checkpoint), which decides; the rest is an index. */
  readonly note: string
}

/** Hashes of complete subtrees that stand side by side within one tile of 256. */
export interface AuditTilePart {
  readonly tenant: string
  /** Subtrees of 256 to the power of this many entries. */
  readonly level: number
  /** Place of the first one among the subtrees of this level, from 0. */
  readonly start: number
  /** 32 bytes each, one after the other. */
  readonly hashes: Uint8Array
}
