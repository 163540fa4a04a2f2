import type { AuditDraft } from '@mendkit/core'

/** The tenant of all that is measured. */
export const tenant = 'bench'

/** An entry as the engine writes most of them: ids, an enumeration, a number, a text beside the log. */
export function draftOf(mark: number): AuditDraft {
  const id = mark.toString(16).padStart(16, '0')
  return {
    type: 'execution-observed',
    at: 1_767_225_600_000 + mark,
    salt: id.padStart(32, '5'),
    actor: { kind: 'engine', id: 'host-7f3a' },
    subject: { kind: 'incident', id: `inc_${id}` },
    data: { execution: `exe_${id}`, outcome: 'applied', sends: 1 },
    blobs: {},
  }
}

/** So many entries from a number on. */
export function draftsFrom(mark: number, count: number): readonly AuditDraft[] {
  return Array.from({ length: count }, (_, index) => draftOf(mark + index))
}

/** What an entry holds, as an object to write by other means: the same members, and a digest's room for what chains it. */
export function objectOf(mark: number): Readonly<Record<string, unknown>> {
  const { at, ...rest } = draftOf(mark)
  return { v: 1, log: tenant, seq: mark, ts: new Date(at).toISOString(), ...rest, prev: '0'.repeat(64) }
}
