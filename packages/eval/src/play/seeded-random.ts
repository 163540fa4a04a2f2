import { createHash } from 'node:crypto'
import type { Random } from '@mendkit/core'

/** Chance that depends on a text and nothing else, so that a scenario plays the same every time. */
export function seededRandom(seed: string): Random {
  let drawn = 0
  const bytes = (): Buffer => createHash('sha256').update(`${seed}/${drawn++}`).digest()
  return {
    number: () => bytes().readUInt32BE() / 2 ** 32,
    hex(length) {
      let text = ''
      while (text.length < 2 * length) text += bytes().toString('hex')
      return text.slice(0, 2 * length)
    },
  }
}
