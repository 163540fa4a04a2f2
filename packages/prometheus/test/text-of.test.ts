import { describe, expect, test } from 'vitest'
import { textOf } from '../src/text-of.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** The bytes in the middle of a longer buffer, as a server hands over what it read from a socket. */
function within(bytes: readonly number[]): Uint8Array {
  return new Uint8Array([0x22, ...bytes, 0xff]).subarray(1, 1 + bytes.length)
}

describe('the text of a body', () => {
  test('is what UTF-8 says for every byte that is ASCII, and for none at all', () => {
    const all = Array.from({ length: 0x80 }, (_, byte) => byte)
    expect(textOf(within(all))).toBe(String.fromCharCode(...all))
    expect(textOf(within([]))).toBe('')
  })

  test('is that of the decoder when a single byte is more than ASCII, wherever it stands', () => {
    for (const length of [2, 15, 16, 17, 63, 64, 65, 300]) {
      for (let at = 0; at + 1 < length; at += 1) {
        const bytes = new Array<number>(length).fill(0x61)
        bytes.splice(at, 2, 0xc3, 0xa9)
        const text = textOf(within(bytes))
        expect(text).toBe(decoder.decode(within(bytes)))
        expect(text.indexOf('é')).toBe(at)
      }
    }
  })

  test('leaves a byte order mark out', () => {
    expect(textOf(within([0xef, 0xbb, 0xbf, 0x7b, 0x7d]))).toBe('{}')
  })

  test.each([
    ['a lone continuation', [0x80]],
    ['a cut sequence', [0x61, 0xe2, 0x9c]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
    ['Latin-1', [0x63, 0x61, 0x66, 0xe9]],
  ])('is refused for %s', (_, bytes) => {
    expect(() => textOf(within(bytes))).toThrow(TypeError)
  })
})
