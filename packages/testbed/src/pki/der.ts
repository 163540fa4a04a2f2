/** The few DER encodings that an X.509 certificate needs. Every function returns one complete value. */

const classes = { boolean: 0x01, integer: 0x02, bits: 0x03, octets: 0x04, identifier: 0x06, text: 0x0c, time: 0x18 }

/** One tag, the length of the content, the content. */
export function tagged(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const short = length.subarray(length.findIndex((byte) => byte !== 0))
  return Buffer.concat([Buffer.from([tag, 0x80 | short.length]), short, body])
}

/** A sequence of values, in order. */
export const sequence = (...values: readonly Uint8Array[]): Buffer => tagged(0x30, ...values)

/** A set of values. */
export const setOf = (...values: readonly Uint8Array[]): Buffer => tagged(0x31, ...values)

/** A value under a number of the enclosing structure. */
export const explicit = (number: number, ...values: readonly Uint8Array[]): Buffer => tagged(0xa0 | number, ...values)

/** A non-negative integer from its big-endian bytes. */
export const integer = (bytes: Uint8Array): Buffer =>
  tagged(classes.integer, (bytes[0] ?? 0) & 0x80 ? Buffer.from([0]) : Buffer.alloc(0), bytes)

/** True; false is the default everywhere it is used and so is never written. */
export const yes = (): Buffer => tagged(classes.boolean, Buffer.from([0xff]))

/** Bits without unused ones at the end, unless said. */
export const bits = (bytes: Uint8Array, unused = 0): Buffer => tagged(classes.bits, Buffer.from([unused]), bytes)

/** Bytes. */
export const octets = (bytes: Uint8Array): Buffer => tagged(classes.octets, bytes)

/** UTF-8 text. */
export const text = (value: string): Buffer => tagged(classes.text, Buffer.from(value, 'utf8'))

/** A moment, to the second. */
export function time(moment: Date): Buffer {
  const digits = moment
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/\D/g, '')
  return tagged(classes.time, Buffer.from(`${digits}Z`, 'ascii'))
}

/** An object identifier such as `2.5.4.3`. */
export function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest.flatMap(base128)]
  return tagged(classes.identifier, Buffer.from(bytes))
}

function base128(number: number): number[] {
  const digits = [number & 0x7f]
  for (let left = number >>> 7; left > 0; left >>>= 7) digits.unshift(0x80 | (left & 0x7f))
  return digits
}
