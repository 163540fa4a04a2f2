import { randomBytes } from 'node:crypto'
import type { Random } from '../ports/clock.ts'

/** Chance from the operating system, unpredictable. */
export const systemRandom: Random = {
  hex: (length) => randomBytes(length).toString('hex'),
  number: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
}
