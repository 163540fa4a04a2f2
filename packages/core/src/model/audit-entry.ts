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
}
