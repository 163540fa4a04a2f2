import type { CallContext } from './context.ts'

/** A checkpoint that was put outside the database. */
export interface Anchor {
  /** The signed note of the checkpoint (C2SP tlog-checkpoint), byte for byte. */
  readonly note: string
  /** When the sink took it, ms since 1970: by the sink's own clock where it has one. */
  readonly at: number
}

/** Where a sink keeps what it takes, as seen from this process. */
export interface AnchorPlace {
  /** For people, such as `file /var/anchors/log` or `s3://bucket/prefix`: never a secret. */
  readonly where: string
  /**
   * How far from the log. `same-database`: whoever changes the log there can change its anchors. `this-machine`: so can
   * whoever rules this machine. `elsewhere`: neither is enough.
   */
  readonly apart: 'same-database' | 'this-machine' | 'elsewhere'
}

/** Keeps checkpoints of audit logs outside the database, so that a log that was cut or written anew is found out. */
export interface AnchorSink {
  readonly spec: 1
  readonly id: string
  /**
   * What keeps an anchor from being changed. `write-once`: the place itself refuses it to everybody, for a time. `append-only`:
   * this sink only adds, and whoever rules the place could do otherwise. `other`: the host knows.
   */
  readonly keeps: 'append-only' | 'write-once' | 'other'
  /** Where it is. Reads no more than it must. */
  place(ctx: CallContext): Promise<AnchorPlace>
  /**
   * Resolves when the anchor is kept for good. The same root for an origin and size again changes nothing, whatever its
   * signatures; another root throws `rejected`, and what was there stays: two logs go by one name. Throws `invalid` for a note
   * that is no checkpoint, and `unavailable` when a later try may succeed.
   */
  put(anchor: Anchor, ctx: CallContext): Promise<void>
  /** The anchor of the most entries of a log; undefined when there is none. */
  latest(origin: string, ctx: CallContext): Promise<Anchor | undefined>
  /**
   * Anchors of a log that tell of at least `from` entries, those of fewest first, at most `limit` (at most 1,000). Two of the
   * same size with other roots, however they came there, are both told.
   */
  list(
    query: { readonly origin: string; readonly from: number; readonly limit: number },
    ctx: CallContext,
  ): Promise<readonly Anchor[]>
}
