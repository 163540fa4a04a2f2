import { MendkitError } from '../errors.ts'
import type { AuditHead } from '../model/audit-entry.ts'
import type { AnchorSink } from '../ports/anchor-sink.ts'
import type { AuditStore } from '../ports/audit-store.ts'
import type { CallContext } from '../ports/context.ts'
import { parseCertifierKey } from './certifier-key.ts'
import { type AnchorComparison, compareAnchor } from './compare-anchor.ts'
import { type AuditFinding, createFindings } from './findings.ts'
import { type FollowedSink, followSink, type SinkComparison } from './follow-sink.ts'
import { type KeyCertification, keyCertificates } from './key-certificates.ts'
import { keyChain } from './key-chain.ts'
import { type LogEpoch, logEpochs } from './log-epochs.ts'
import { type ReadAnchor, readAnchor } from './read-anchor.ts'
import { readEntries } from './read-log.ts'
import { parseVerifierKey } from './verifier-key.ts'
import { startOf } from './verify-from.ts'
import { logWalk } from './walk-log.ts'

/** What a log is verified with; all of it comes from outside the database. */
export interface AuditVerifyOptions {
  /** Verifier keys that may have signed the log, as text. Without any, no signature is judged, and `signed` is false. */
  readonly trust?: readonly string[]
  /**
   * Public keys of certifiers, as PEM text, that may have certified the keys of the log. Without any, no certificate is judged. They
   * make no key trusted: a key is trusted by `trust` alone. @default []
   */
  readonly certifiers?: readonly string[]
  /** A checkpoint that was verified before, signed by a trusted key: entries that it speaks of are not read again. */
  readonly from?: string
  /**
   * What was kept outside the database, to compare the log with: texts of checkpoints, and sinks, of which every anchor counts
   * (with `from`, those of fewer entries only when there is no other).
   */
  readonly anchors?: readonly (string | AnchorSink)[]
  /** Ms since 1970, to tell the age of anchors by. @default no age is told */
  readonly now?: number
}

/** Entries from one number to another, both included. */
export interface AuditRange {
  readonly from: number
  readonly to: number
}

/** What reading a log again showed. */
export interface AuditVerification {
  /** Whether nothing was found. */
  readonly verified: boolean
  readonly entries: number
  /** Number of the first entry that was read. */
  readonly from: number
  /** Where the log ends, as its entries say. */
  readonly head: Pick<AuditHead, 'size' | 'last'>
  /** Whether a trusted key has signed all entries. False for an empty log. */
  readonly signed: boolean
  /** Entries that the last good checkpoint of a trusted key speaks of. */
  readonly signedEntries: number
  /** Entries that the newest anchor that the log is consistent with speaks of; one in a database with logs does not count. */
  readonly anchoredEntries: number
  /** Those, when there are any. */
  readonly anchored?: AuditRange
  /** The entries after them, which whoever has database and key can cut or write anew unseen. */
  readonly unanchored?: AuditRange
  /** Of each text, in order. */
  readonly anchors: readonly AnchorComparison[]
  /** Of each sink, in order. */
  readonly sinks: readonly SinkComparison[]
  /**
   * Of each trusted key that signed, in order, whether it is certified; empty without `certifiers`. An uncertified key is no
   * finding: the certifier may not have been asked yet.
   */
  readonly certifications: readonly KeyCertification[]
  /** Where the log's origin began anew after a restore that was behind its anchors; each is a loss that somebody accepted. */
  readonly epochs: readonly LogEpoch[]
  /** At most 100, in the order in which they were found. */
  readonly findings: readonly AuditFinding[]
  /** How many more there were. */
  readonly moreFindings: number
}

/**
 * Reads a tenant's log from its first entry to its end, page by page, and takes nothing on the database's word: grows the tree
 * anew from the bytes of the entries and compares it with the stored hashes, with every checkpoint and its signature, with
 * anchors, and the texts with their digests. Entries that are added meanwhile are read too. Whoever has the log's key can
 * rewrite it unseen, and whoever can write to the database can cut its end together with its checkpoints: anchors find both.
 *
 * Memory does not grow with the log. Throws `invalid` for a trusted key or certifier that is none, and for a `from` that no trusted key
 * signed; errors of the store and of sinks, and the abort reason, pass through.
 */
export async function verifyAudit(
  store: AuditStore,
  tenant: string,
  options: AuditVerifyOptions,
  ctx: CallContext,
): Promise<AuditVerification> {
  const trust = (options.trust ?? []).map(parseVerifierKey)
  const given = options.anchors ?? []
  const anchors = given.flatMap((one) => (typeof one === 'string' ? [readAnchor(one)] : []))
  const findings = createFindings()
  const epochs = logEpochs(tenant, findings)
  const certificates = keyCertificates(tenant, (options.certifiers ?? []).map(parseCertifierKey), findings)
  const keys = keyChain(tenant, trust, findings, epochs)
  const start = await startOf(store, tenant, options.from, { keys, findings }, ctx)
  const sinks: FollowedSink[] = []
  for (const one of given) {
    if (typeof one === 'string') continue
    const begin = {
      tenant,
      names: [...new Set(trust.map(({ name }) => name))],
      from: start.tree.size,
      now: options.now,
    }
    sinks.push(await followSink(store, one, begin, { keys, findings, epochs }, ctx))
  }
  const walk = logWalk(
    store,
    tenant,
    start,
    { keys, findings, epochs, certificates, roots: sizesOf(anchors), sinks },
    ctx,
  )
  for (;;) {
    ctx.signal.throwIfAborted()
    // The head and the checkpoints come first: whatever they count must then be found.
    const head = await headOf(store, tenant, ctx)
    const beyond = await walk.firstBeyond()
    const before = walk.at()
    await walk.read(await readEntries(store, tenant, before, ctx))
    if (walk.at() > before) continue
    walk.finish(head, beyond, trust.length > 0)
    break
  }
  const entries = walk.at()
  const compared: AnchorComparison[] = []
  for (const anchor of anchors) {
    const root = 'checkpoint' in anchor ? await walk.rootAt(anchor.checkpoint.size) : undefined
    compared.push(compareAnchor(anchor, entries, root, { keys, findings, epochs }))
  }
  const bySinks: SinkComparison[] = []
  for (const sink of sinks) bySinks.push(await sink.end(entries, (size) => walk.rootAt(size)))
  const certifications = certificates.finish(keys, start.tree.size)
  const consistent = compared.flatMap(({ relation, size }) => (relation === 'consistent' ? [size] : []))
  // Whoever can rewrite the log there can rewrite its anchors too.
  const apart = bySinks.filter((sink) => sink.apart !== 'same-database')
  const anchoredEntries = Math.max(0, ...consistent, ...apart.map(({ size }) => size))
  return {
    verified: findings.list.length === 0,
    entries,
    from: start.tree.size,
    head: { size: entries, last: walk.last() },
    signed: entries > 0 && walk.signedEntries() === entries,
    signedEntries: walk.signedEntries(),
    anchoredEntries,
    ...(anchoredEntries > 0 && { anchored: { from: 0, to: anchoredEntries - 1 } }),
    ...(anchoredEntries < entries && { unanchored: { from: anchoredEntries, to: entries - 1 } }),
    anchors: compared,
    sinks: bySinks,
    certifications,
    epochs: epochs.opened,
    findings: findings.list,
    moreFindings: findings.more,
  }
}

async function headOf(store: AuditStore, tenant: string, ctx: CallContext): Promise<AuditHead | undefined> {
  try {
    return await store.auditHead(tenant, ctx)
  } catch (error) {
    if (!MendkitError.is(error, 'corrupt')) throw error
    return undefined
  }
}

function sizesOf(anchors: readonly ReadAnchor[]): readonly number[] {
  return anchors.flatMap((anchor) => ('checkpoint' in anchor ? [anchor.checkpoint.size] : []))
}
