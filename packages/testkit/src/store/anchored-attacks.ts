import type { AuditProblem } from '@mendkit/core'
import { draftsOf, type LogRows, resealed } from './attack-rows.ts'
import { testSigner } from './log-key.ts'

/** A lie that makes a log which looks whole: only a checkpoint that was kept elsewhere shows it. */
interface AnchoredAttack {
  readonly name: string
  /** What an anchor shows. */
  readonly kind: AuditProblem
  /** Where it must be found, for the group that goes from `first` to `last`. */
  readonly where: (first: number, last: number) => number
  /** Lies about all that comes from entry `first` on, where a group begins. */
  readonly tamper: (rows: LogRows, first: number) => LogRows
}

/** The key of the log itself: cutting needs none, but what is left is the same as if it had signed no more. */
const realKey = { signer: testSigner() }

/** The log with other entries from `first` on, and some more of them, signed by its own key. */
export function fullRewrite(rows: LogRows, first: number, more = 0): LogRows {
  const drafts = draftsOf(rows)
  const others = [...drafts.slice(first), ...drafts.slice(0, more)].map((draft) => ({
    ...draft,
    salt: draft.salt.replace(/^./, 'e'),
  }))
  return resealed(rows, [...drafts.slice(0, first), ...others], realKey)
}

function older(rows: LogRows, first: number): LogRows {
  return resealed(rows, draftsOf(rows).slice(0, first), realKey)
}

/** Every attack that needs an anchor to be found. */
export const anchoredAttacks: readonly AnchoredAttack[] = [
  {
    name: 'a cut end together with its checkpoints, as an older backup has it',
    kind: 'behind-anchor',
    where: (first) => first,
    tamper: older,
  },
  {
    name: 'an older backup that was restored and went on',
    kind: 'fork',
    where: (_, last) => last,
    tamper: (rows, first) => {
      const others = draftsOf(fullRewrite(rows, first))
      return resealed(rows, others.slice(0, endOf(rows, first)), realKey)
    },
  },
  {
    name: 'a full rewrite with the real key',
    kind: 'fork',
    where: (_, last) => last,
    tamper: (rows, first) => fullRewrite(rows, first),
  },
  {
    name: 'a fork that is longer than the log that others were shown',
    kind: 'fork',
    where: (_, last) => last,
    tamper: (rows, first) => fullRewrite(rows, first, 7),
  },
]

/** Where the group that begins at `first` ends. */
function endOf(rows: LogRows, first: number): number {
  return rows.checkpoints.find(({ size }) => size > first)?.size ?? rows.entries.length
}
