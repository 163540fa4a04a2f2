/**
 * What is wrong with a log.
 *
 * Entries: `unreadable` bytes (also the same meaning in other bytes), one `missing`, `misplaced` (inserted, swapped, doubled,
 * or of another log), one that does not continue the one before (`broken-chain`), or is not the one that the tree was grown
 * with (`entry-differs`); a text that is `blob-missing`, `blob-differs`, or is there although an entry says that it was erased
 * (`blob-not-erased`).
 * Tree: a stored hash is not what the entries make (`tile-differs`), an end that is not where the head says (`head-differs`).
 * Checkpoints: no checkpoint text (`checkpoint-malformed`), that of another log (`checkpoint-foreign`), not signed by the
 * log's key (`unknown-key`, `bad-signature`), entries that are not those that were signed (`root-differs`), entries after the
 * last one (`unsigned`), a change of keys that the old key does not vouch for (`bad-rotation`).
 * Certificates: one that claims a trusted certifier and is not good, of another log, or for another key (`bad-certificate`).
 * Origin: it began anew in a way that does not fit the log (`bad-epoch`).
 * Anchors: fewer entries than one tells of (`behind-anchor`), or others (`fork`).
 */
export type AuditProblem =
  | 'unreadable'
  | 'missing'
  | 'misplaced'
  | 'broken-chain'
  | 'entry-differs'
  | 'blob-missing'
  | 'blob-differs'
  | 'blob-not-erased'
  | 'tile-differs'
  | 'head-differs'
  | 'checkpoint-malformed'
  | 'checkpoint-foreign'
  | 'unknown-key'
  | 'bad-signature'
  | 'root-differs'
  | 'unsigned'
  | 'bad-rotation'
  | 'bad-certificate'
  | 'bad-epoch'
  | 'behind-anchor'
  | 'fork'

/** One thing that is wrong with a log. */
export interface AuditFinding {
  readonly kind: AuditProblem
  /** The entry at which it is; of several, the first. */
  readonly seq: number
  readonly because: string
}

/** Gathers what is found. Each kind is told once an entry, and only the first 100 in full. */
export interface Findings {
  add(kind: AuditProblem, seq: number, because: string): void
  readonly list: readonly AuditFinding[]
  /** How many more there were. */
  readonly more: number
}

/** Findings told in full. */
const most = 100

/** An empty list of findings. */
export function createFindings(): Findings {
  const list: AuditFinding[] = []
  const told = new Set<string>()
  let more = 0
  return {
    list,
    get more() {
      return more
    },
    add(kind, seq, because) {
      const key = `${kind} ${seq}`
      if (told.has(key)) return
      if (list.length === most) {
        more += 1
        return
      }
      told.add(key)
      list.push({ kind, seq, because })
    },
  }
}
