import { isAscii } from 'node:buffer'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Text in UTF-8; throws a `TypeError` for bytes that are none. Plain ASCII, as nearly every webhook is, takes a way of its own: the
 * decoder's texts cost `JSON.parse` half as much again.
 */
export function textOf(bytes: Uint8Array): string {
  if (!isAscii(bytes)) return utf8.decode(bytes)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
