import { z } from 'zod'
import { once } from '../once.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Findings } from './findings.ts'
import { epochOf } from './log-origin.ts'
import type { AuditEntry } from './parse-entry.ts'

/** An entry at which the log's origin began anew. */
export interface LogEpoch {
  readonly epoch: number
  /** Number of the entry, which is how many entries the epoch before left. */
  readonly seq: number
  /** Entries of the longest anchor that the log was known to be behind. */
  readonly anchorSize?: number
}

/** How an anchor stands to the epochs: of the present one or of a part that all share, lost and told of, or lost unsaid. */
type AnchorEpoch = 'present' | 'given-up' | 'lost' | 'unknown'

/** Follows the origins of a log. */
export interface LogEpochs {
  readonly opened: readonly LogEpoch[]
  /** Begins behind a checkpoint of this epoch. */
  beginAt(epoch: number): void
  /** Reads an entry that opens an epoch; `root` is that of all entries before it, where it is known. */
  open(entry: AuditEntry, root: Uint8Array | undefined): void
  /** Whether a checkpoint may be of this epoch. The first one of a log says in which it begins. */
  isNow(epoch: number): boolean
  of(checkpoint: Checkpoint, signerName: string): AnchorEpoch
}

const anchorData = z.strictObject({ size: z.int().nonnegative(), root: z.string() })
const openedData = once(() =>
  z.strictObject({
    epoch: z.int().min(2),
    origin: z.string().optional(),
    size: z.int().nonnegative(),
    root: z.string(),
    anchor: anchorData.optional(),
  }),
)

/** No epoch is known before the first checkpoint. */
export function logEpochs(tenant: string, findings: Findings): LogEpochs {
  const opened: LogEpoch[] = []
  let begun: number | undefined
  let now: number | undefined
  return {
    opened,
    beginAt(epoch) {
      begun = epoch
      now = epoch
    },
    open({ seq, data: given }, root) {
      const { data } = openedData().safeParse(given)
      const isNext = data !== undefined && (now === undefined ? seq === 0 || data.epoch === 2 : data.epoch === now + 1)
      const fits = isNext && data.size === seq && (root === undefined || sameRoot(root, data.root))
      if (!fits) {
        const because = `entry ${seq} begins the log's origin anew, and does not tell where the one before ended`
        findings.add('bad-epoch', seq, because)
      }
      if (data === undefined) return
      now = data.epoch
      opened.push({ epoch: data.epoch, seq, ...(data.anchor && { anchorSize: data.anchor.size }) })
    },
    isNow(epoch) {
      now ??= epoch
      return now === epoch
    },
    of({ origin, size }, signerName) {
      const epoch = epochOf(origin, signerName, tenant) ?? 1
      if (begun !== undefined && epoch < begun) return 'unknown'
      const next = opened.find((one) => one.epoch > epoch)
      if (next === undefined || size <= next.seq) return 'present'
      return size <= (next.anchorSize ?? 0) ? 'given-up' : 'lost'
    },
  }
}

function sameRoot(root: Uint8Array, text: string): boolean {
  return Buffer.from(root).toString('base64') === text
}
