import { MendkitError } from '../errors.ts'
import type { AuditCheckpoint, AuditHead, AuditRecord } from '../model/audit-entry.ts'
import type { AuditStore } from '../ports/audit-store.ts'
import type { CallContext } from '../ports/context.ts'
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
import type { Findings } from './findings.ts'
import type { FollowedSink } from './follow-sink.ts'
import { leafHash } from './hash-tree.ts'
import type { KeyCertificates } from './key-certificates.ts'
import type { KeyChain } from './key-chain.ts'
import type { LogEpochs } from './log-epochs.ts'
import { type AuditEntry, parseAuditEntry } from './parse-entry.ts'
import { readCheckpoints } from './read-log.ts'
import { sha256 } from './seal.ts'
import { watchBlobs } from './verify-blobs.ts'
import type { VerificationStart } from './verify-from.ts'
import { watchTree } from './watch-tree.ts'

/** What a walk tells its findings to, and which roots others want to know. */
interface Watch {
  readonly keys: KeyChain
  readonly findings: Findings
  readonly epochs: LogEpochs
  readonly certificates: Pick<KeyCertificates, 'read'>
  /** Sizes at which the root is wanted. */
  readonly roots: readonly number[]
  /** What goes along, and is told of the roots that it waits for. */
  readonly sinks: readonly Pick<FollowedSink, 'nextSize' | 'compare'>[]
}

/** Walks through a log once, from its start to its end. */
export function logWalk(
  store: AuditStore,
  tenant: string,
  start: VerificationStart,
  { keys, findings, epochs, certificates, roots, sinks }: Watch,
  ctx: CallContext,
) {
  const tree = watchTree(store, tenant, start.tree, findings, ctx)
  const texts = watchBlobs(store, tenant, findings, ctx)
  const wanted = new Map<number, Uint8Array | undefined>(roots.map((size) => [size, undefined]))
  /** Number of the next entry. */
  let at = start.tree.size
  let last = start.last
  let { signedEntries } = start
  /** Entries that a checkpoint has vouched for, or has shown to be others. */
  let settled = at
  let lastCheckpoint = at
  let rotation: AuditEntry | undefined

  function judge(stored: AuditCheckpoint): void {
    const seq = Math.max(0, stored.size - 1)
    const from = settled
    const changed = rotation
    lastCheckpoint = stored.size
    settled = stored.size
    rotation = undefined
    const checkpoint = readNote(stored, seq)
    if (checkpoint === undefined) return
    const verdict = keys.check(checkpoint, changed)
    if (verdict === 'refused') return
    const holds = tree.settle(checkpoint.root, Math.min(from, seq), seq)
    if (holds && verdict === 'signed') signedEntries = checkpoint.size
  }

  function readNote({ note, size }: AuditCheckpoint, seq: number): Checkpoint | undefined {
    try {
      const checkpoint = parseCheckpoint(note)
      if (checkpoint.size === size) return checkpoint
      const because = `the checkpoint of ${checkpoint.size} entries stands where that of ${size} belongs`
      findings.add('checkpoint-malformed', seq, because)
    } catch (error) {
      if (!MendkitError.is(error, 'invalid')) throw error
      findings.add('checkpoint-malformed', seq, `at the checkpoint of ${size} entries: ${error.message}`)
    }
    return undefined
  }

  function readEntry({ bytes }: AuditRecord): AuditEntry | undefined {
    let entry: AuditEntry
    try {
      entry = parseAuditEntry(bytes)
    } catch (error) {
      if (!MendkitError.is(error, 'corrupt')) throw error
      findings.add('unreadable', at, error.message)
      last = undefined
      return undefined
    }
    const { prev, log, seq } = entry
    if (log !== tenant || seq !== at) {
      findings.add('misplaced', at, `entry ${at} was written as entry ${seq} of log ${log}`)
    }
    if (last !== undefined && prev !== last) {
      const because = `entry ${at} does not continue entry ${at - 1}: one of the two was changed or replaced`
      findings.add('broken-chain', at, because)
    }
    last = sha256(bytes)
    if (entry.type === 'log-key-rotated') rotation = entry
    if (entry.type === 'log-key-certified') certificates.read(entry)
    if (entry.type === 'log-epoch-opened') epochs.open(entry, tree.root())
    return entry
  }

  /** Entries before this one are gone; what was stored of them stands in where it is there. */
  async function skipTo(seq: number): Promise<void> {
    findings.add('missing', at, `entry ${at} is gone; the next is ${seq}`)
    while (at < seq && tree.root() !== undefined) {
      await tree.add(at, undefined)
      at += 1
    }
    at = seq
    last = undefined
  }

  /** Whether somebody waits for the root over so many entries. */
  function isAwaited(size: number): boolean {
    return wanted.has(size) || sinks.some((sink) => sink.nextSize() === size)
  }

  async function tellRoot(): Promise<void> {
    if (wanted.has(at)) wanted.set(at, tree.root())
    for (const sink of sinks) if (sink.nextSize() === at) await sink.compare(tree.root())
  }

  return {
    at: () => at,
    last: () => last ?? '',
    signedEntries: () => signedEntries,
    async rootAt(size: number): Promise<Uint8Array | undefined> {
      return size < start.tree.size ? start.rootBefore(size) : wanted.get(size)
    },
    async firstBeyond(): Promise<AuditCheckpoint | undefined> {
      for await (const first of readCheckpoints(store, tenant, at + 1, Number.MAX_SAFE_INTEGER, ctx)) return first
      return undefined
    },
    /** The next page, with the checkpoints of its entries. */
    async read(page: readonly AuditRecord[]): Promise<void> {
      tree.nextPage()
      const end = Math.max(at, ...page.map(({ seq }) => seq + 1))
      // At the very start also one that claims to speak of nothing, as no log has it.
      const checkpoints = readCheckpoints(store, tenant, at === 0 ? 0 : at + 1, end, ctx)
      let next = await checkpoints.next()
      const entries: AuditEntry[] = []
      await tellRoot()
      for (const record of page) {
        if (record.seq < at) {
          findings.add('misplaced', at, `entry ${record.seq} comes after entry ${at - 1}`)
          continue
        }
        if (record.seq > at) await skipTo(record.seq)
        const entry = readEntry(record)
        if (entry !== undefined) entries.push(entry)
        const adding = tree.add(at, leafHash(record.bytes))
        if (adding !== undefined) await adding
        at += 1
        for (; next.value !== undefined && next.value.size <= at; next = await checkpoints.next()) judge(next.value)
        if (isAwaited(at)) await tellRoot()
      }
      await texts.read(entries, at)
    },
    /** Compares the end with what was read of it before the last page. */
    finish(head: AuditHead | undefined, beyond: AuditCheckpoint | undefined, isTrusted: boolean): void {
      tree.finish()
      texts.finish()
      keys.finish()
      if (beyond !== undefined) {
        const because = `the log ends at ${at} entries, and a checkpoint tells of ${beyond.size}`
        findings.add('missing', at, because)
      }
      compareHead(head)
      if (isTrusted && lastCheckpoint < at) {
        findings.add('unsigned', lastCheckpoint, `no checkpoint speaks of entries ${lastCheckpoint} to ${at - 1}`)
      }
    },
  }

  function compareHead(head: AuditHead | undefined): void {
    const end = Math.max(0, at - 1)
    if (head === undefined) {
      findings.add('head-differs', end, 'the head of the log cannot be read')
    } else if (head.size > at) {
      findings.add('missing', at, `the log ends at ${at} entries, and its head counts ${head.size}`)
    } else if (head.size < at) {
      findings.add('head-differs', head.size, `the log holds ${at} entries, and its head counts only ${head.size}`)
    } else if (last !== undefined && at > 0 && head.last !== last) {
      findings.add('head-differs', end, 'the last entry is not the one that the head names')
    } else if (!tree.hasFrontier(head.frontier)) {
      findings.add('head-differs', end, 'the tree that the head holds is not that of the entries')
    }
  }
}
