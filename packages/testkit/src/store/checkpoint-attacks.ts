import type { AuditCheckpoint } from '@mendkit/core'
import { draftsOf, edited, type LogRows, resealed } from './attack-rows.ts'
import type { AuditAttack } from './audit-attack.ts'
import { testSigner } from './log-key.ts'

const atGroup = (_: number, first: number) => first
const atEnd = (_: number, __: number, last: number) => last

/** The checkpoint of the group of an entry, changed. */
function checkpointOf(rows: LogRows, at: number, change: (one: AuditCheckpoint) => AuditCheckpoint): LogRows {
  const index = rows.checkpoints.findIndex(({ size }) => size > at)
  return { ...rows, checkpoints: rows.checkpoints.map((one, place) => (place === index ? change(one) : one)) }
}

/** The lines of a note that hold its signatures. */
function linesOf(note: string): string {
  return note.split('\n\n')[1] ?? ''
}

/** Lies about who signed what, and how far. */
export const checkpointAttacks: readonly AuditAttack[] = [
  {
    name: 'a log signed anew by another key of the same name',
    kind: 'unknown-key',
    where: () => 2,
    tamper: (rows, at) => {
      const drafts = draftsOf(edited(rows, at, /"relapses":\d+/, '"relapses":77777'))
      return resealed(rows, drafts, { signer: testSigner(66) })
    },
  },
  {
    name: 'one checkpoint signed anew by another key',
    kind: 'unknown-key',
    where: atEnd,
    tamper: (rows, at) => {
      const others = resealed(rows, draftsOf(rows), { signer: testSigner(66) }).checkpoints
      return checkpointOf(rows, at, (one) => others.find(({ size }) => size === one.size) ?? one)
    },
  },
  {
    name: 'a signature that was changed',
    kind: 'bad-signature',
    where: atEnd,
    tamper: (rows, at) =>
      checkpointOf(rows, at, (one) => ({
        ...one,
        note: one.note.replace(/(— \S+ .{20})(.)/, (_, before, sign) => `${before}${sign === 'A' ? 'B' : 'A'}`),
      })),
  },
  {
    name: "another tenant's checkpoint",
    kind: 'checkpoint-foreign',
    where: atEnd,
    tamper: (rows, at) => {
      const entries = rows.entries.map((record) => ({ ...record, tenant: 'globex' }))
      const others = resealed({ ...rows, entries }, draftsOf(rows), { signer: testSigner() }).checkpoints
      return checkpointOf(rows, at, (one) => ({
        ...one,
        note: others.find(({ size }) => size === one.size)?.note ?? '',
      }))
    },
  },
  {
    name: 'an older checkpoint in place of another',
    kind: 'checkpoint-malformed',
    where: atEnd,
    tamper: (rows, at) => {
      const index = rows.checkpoints.findIndex(({ size }) => size > at)
      const other = rows.checkpoints[index === 0 ? 1 : 0]
      return checkpointOf(rows, at, (one) => ({ ...one, note: other?.note ?? '' }))
    },
  },
  {
    name: 'a malformed checkpoint',
    kind: 'checkpoint-malformed',
    where: atEnd,
    tamper: (rows, at) => checkpointOf(rows, at, (one) => ({ ...one, note: one.note.replace('\n\n', '\n \n') })),
  },
  {
    name: 'a checkpoint with a line more',
    kind: 'checkpoint-malformed',
    where: atEnd,
    tamper: (rows, at) => checkpointOf(rows, at, (one) => ({ ...one, note: one.note.replace('\n\n', '\nmore\n\n') })),
  },
  {
    name: 'a flood of signatures',
    kind: 'checkpoint-malformed',
    where: atEnd,
    tamper: (rows, at) =>
      checkpointOf(rows, at, (one) => ({ ...one, note: one.note + linesOf(one.note).repeat(5_000) })),
  },
  {
    name: 'one signature of its own key more than anybody has reason to give',
    kind: 'checkpoint-malformed',
    where: atEnd,
    tamper: (rows, at) => checkpointOf(rows, at, (one) => ({ ...one, note: one.note + linesOf(one.note).repeat(16) })),
  },
  {
    name: 'the checkpoints of the end gone',
    kind: 'unsigned',
    where: atGroup,
    tamper: (rows, at) => ({ ...rows, checkpoints: rows.checkpoints.filter(({ size }) => size <= at) }),
  },
]
