import canonicalize from 'canonicalize'
import { MendkitError } from '../errors.ts'
import type { AuditDraft } from '../model/event.ts'

/** Any draft, also one of a type that only a newer version knows. */
export type AnyAuditDraft = Pick<AuditDraft, 'at' | 'salt'> & { readonly type: string } & Readonly<
    Record<'actor' | 'subject' | 'data' | 'blobs', object>
  >

/** A text with none of these is written in canonical form as it is. */
const mustBeEscaped = /[^ !#-[\]-~]/

/**
 * An entry as text: RFC 8785 canonical JSON of the draft with its place in a tenant's log, whose UTF-8 is what is stored. Throws
 * `invalid` for data that is not JSON.
 *
 * The keys of an entry stand here in their order, and what it holds is nearly always flat: that is written here, more than
 * twice as fast as the library does it. Whatever is more than that is the library's.
 */
export function entryText(tenant: string, seq: number, prev: string, draft: AnyAuditDraft): string {
  const data = canonicalText(draft.data)
  if (data === undefined) throw new MendkitError('invalid', `audit entry ${draft.type} holds data that is not JSON`)
  return (
    `{"actor":${canonicalText(draft.actor)},"blobs":${canonicalText(draft.blobs)},"data":${data},"log":${textOf(tenant)}` +
    `,"prev":${textOf(prev)},"salt":${textOf(draft.salt)},"seq":${seq},"subject":${canonicalText(draft.subject)}` +
    `,"ts":"${new Date(draft.at).toISOString()}","type":${textOf(draft.type)},"v":1}`
  )
}

function canonicalText(value: object): string | undefined {
  // What an object of another kind is as JSON, only the library knows.
  if (Object.getPrototypeOf(value) !== Object.prototype || 'toJSON' in value) return canonicalize(value)
  const keys = Object.keys(value)
  // By UTF-16 code units, as RFC 8785 wants it and comparing does it.
  if (!isSorted(keys)) keys.sort()
  let text = ''
  for (const key of keys) {
    const member = memberText((value as Readonly<Record<string, unknown>>)[key])
    if (member !== undefined) text += `${text === '' ? '{' : ','}${textOf(key)}:${member}`
  }
  return text === '' ? '{}' : `${text}}`
}

function memberText(member: unknown): string | undefined {
  if (typeof member === 'string') return textOf(member)
  // Adding makes a zero of one below zero.
  if (typeof member === 'number' && Number.isSafeInteger(member)) return String(member + 0)
  return canonicalize(member)
}

function textOf(text: string): string {
  return mustBeEscaped.test(text) ? (canonicalize(text) ?? '') : `"${text}"`
}

function isSorted(keys: readonly string[]): boolean {
  for (let at = 1; at < keys.length; at += 1) {
    if ((keys[at - 1] ?? '') > (keys[at] ?? '')) return false
  }
  return true
}
