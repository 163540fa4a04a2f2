import { MendkitError } from '../errors.ts'
import type { Blob } from '../model/audit-entry.ts'
import type { AuditStore } from '../ports/audit-store.ts'
import type { CallContext } from '../ports/context.ts'
import { blobDigest } from './blob-digest.ts'
import { erasedDigests } from './erased-digests.ts'
import type { Findings } from './findings.ts'
import { type AuditEntry, parseAuditEntry } from './parse-entry.ts'

/** Texts that are in memory at once. */
const chunkSize = 100
/** Missing texts that wait for the entry that explains them; when there are more, the rest of the log is looked through. */
const mostMissing = 100_000
/** Entries read at once when the log is looked through. */
const pageSize = 512

const saltForm = /^[0-9a-f]{32}$/

/** The digest of what is stored now; none for a salt in a form that was never written, whatever bytes it can be read as. */
function actualDigest({ salt, text }: Blob): string {
  return saltForm.test(salt) ? blobDigest(salt, text) : ''
}

/** Compares the texts beside a log with its entries, as they are walked through. */
export interface BlobWatch {
  /** Reads every text that the entries name, and those that they say were erased. `next` is the number of the entry after. */
  read(entries: readonly AuditEntry[], next: number): Promise<void>
  /** Tells of the texts that no entry up to the end explains. */
  finish(): void
}

/** Watches the texts of a tenant's log. A text may be missing if a later entry erased it, and only then. */
export function watchBlobs(
  store: AuditStore,
  tenant: string,
  findings: Findings,
  ctx: CallContext,
  most = mostMissing,
): BlobWatch {
  /** Digests of texts that are gone, with the entry that names each. */
  const missing = new Map<string, number>()

  /** What each of these texts that is there has for a digest now: none where the store cannot read the text back. */
  async function digestsNow(digests: readonly string[]): Promise<ReadonlyMap<string, string>> {
    try {
      const found = await store.blobs(tenant, digests, ctx)
      return new Map(found.map((blob) => [blob.digest, actualDigest(blob)]))
    } catch (error) {
      const [digest, ...more] = digests
      if (!MendkitError.is(error, 'corrupt') || digest === undefined) throw error
      if (more.length === 0) return new Map([[digest, '']])
      const middle = Math.ceil(digests.length / 2)
      const halves = [await digestsNow(digests.slice(0, middle)), await digestsNow(digests.slice(middle))]
      return new Map(halves.flatMap((half) => [...half]))
    }
  }

  async function compare(named: readonly { readonly seq: number; readonly digest: string }[]): Promise<void> {
    const actual = await digestsNow([...new Set(named.map(({ digest }) => digest))])
    for (const { seq, digest } of named) {
      if (actual.get(digest) === digest) continue
      if (actual.has(digest)) findings.add('blob-differs', seq, `text ${digest} of entry ${seq} was changed`)
      else if (!missing.has(digest)) missing.set(digest, seq)
    }
  }

  async function erased({
    seq,
    digests,
  }: {
    readonly seq: number
    readonly digests: readonly string[]
  }): Promise<void> {
    for (const digest of digests) missing.delete(digest)
    for (const chunk of chunks(digests)) {
      for (const digest of (await digestsNow(chunk)).keys()) {
        findings.add('blob-not-erased', seq, `entry ${seq} says that text ${digest} was erased, and it is there`)
      }
    }
  }

  /** Looks in the rest of the log for what explains the missing texts, so that no more of them are kept in memory. */
  async function lookAhead(from: number): Promise<void> {
    for (let at = from; missing.size > 0; ) {
      const page = await store.readAudit({ tenant, from: at, limit: pageSize }, ctx)
      for (const digest of page.flatMap(({ bytes }) => erasedBy(bytes))) missing.delete(digest)
      if (page.length === 0) break
      at += page.length
    }
    tell()
  }

  function tell(): void {
    for (const [digest, seq] of missing) {
      findings.add('blob-missing', seq, `text ${digest} of entry ${seq} is gone, and no entry says that it was erased`)
    }
    missing.clear()
  }

  return {
    async read(entries, next) {
      const named = entries.flatMap(({ seq, blobs }) => Object.values(blobs).map((digest) => ({ seq, digest })))
      for (const chunk of chunks(named)) await compare(chunk)
      for (const entry of entries) await erased({ seq: entry.seq, digests: erasedDigests(entry) })
      if (missing.size > most) await lookAhead(next)
    },
    finish: tell,
  }
}

/** Bytes that are no entry explain nothing, and are told of when the walk comes to them. */
function erasedBy(bytes: Uint8Array): readonly string[] {
  try {
    return erasedDigests(parseAuditEntry(bytes))
  } catch {
    return []
  }
}

function* chunks<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += chunkSize) yield items.slice(start, start + chunkSize)
}
