import type { MailAddress } from './client.ts'

const mailbox = /^[^\s<>()[\]\\,;:"@\p{Cc}]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/u
const named = /^([^<>"\p{Cc}\p{Zl}\p{Zp}]{0,100}?) *<([^<>]+)>$/u

/** Reads `ops@shop.example` or `Mendkit <ops@shop.example>`: one mailbox, on one line. Undefined for anything else. */
export function parseMailAddress(text: string): MailAddress | undefined {
  const [, name = '', inner = text] = named.exec(text) ?? []
  return mailbox.test(inner) ? { name: name.trim(), address: inner } : undefined
}
