import type { Clock, Ids, Random } from '../ports/clock.ts'

/**
 * Ids such as `inc_019c2f6e8a4d-000-9f…`: milliseconds since 1970, a counter within the millisecond, and 80 random bits,
 * all in hex. Text order is order of making, also when the clock jumps back. A pure function of clock and random.
 */
export function timeOrderedIds(clock: Pick<Clock, 'now'>, random: Random): Ids {
  let last = 0
  let count = 0
  return {
    next(prefix) {
      const now = Math.max(Math.floor(clock.now()), last)
      count = now === last ? count + 1 : 0
      last = count > maxCount ? now + 1 : now
      if (count > maxCount) count = 0
      const time = last.toString(16).padStart(12, '0')
      return `${prefix}_${time}${count.toString(16).padStart(3, '0')}${random.hex(10)}`
    },
  }
}

const maxCount = 0xfff
