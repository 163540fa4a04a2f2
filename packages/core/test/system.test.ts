import { consoleLogger, message, systemClock, systemIds, systemRandom, timeOrderedIds } from '@mendkit/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

describe('ids', () => {
  test('begin with their prefix, differ, and sort in the order of their making', () => {
    const ids = systemIds()
    const made = Array.from({ length: 10_000 }, () => ids.next('inc'))
    expect(made.every((id) => /^inc_[0-9a-f]{35}$/.test(id))).toBe(true)
    expect(new Set(made).size).toBe(made.length)
    expect(made.toSorted()).toEqual(made)
  })

  test('sort in the order of their making even when the clock stands or jumps back', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 2, maxLength: 50 }), fc.nat(0xffff), (times, chance) => {
        const clock = { at: 0, now: () => times[clock.at++ % times.length] ?? 0 }
        const random = { hex: (length: number) => chance.toString(16).padStart(length * 2, '0'), number: () => 0 }
        const ids = timeOrderedIds(clock, random)
        const made = times.map(() => ids.next('x'))
        expect(made.toSorted()).toEqual(made)
        expect(new Set(made).size).toBe(made.length)
      }),
    )
  })

  test('stay unique and in order beyond what one millisecond can count', () => {
    const ids = timeOrderedIds({ now: () => 1 }, { hex: (length) => '0'.repeat(length * 2), number: () => 0 })
    const made = Array.from({ length: 9_000 }, () => ids.next('x'))
    expect(new Set(made).size).toBe(made.length)
    expect(made.toSorted()).toEqual(made)
    expect(made.every((id) => id.length === made[0]?.length)).toBe(true)
  })
})

test('chance has the asked length and stays below one', () => {
  expect(systemRandom.hex(16)).toMatch(/^[0-9a-f]{32}$/)
  expect(systemRandom.hex(16)).not.toBe(systemRandom.hex(16))
  const numbers = Array.from({ length: 1_000 }, () => systemRandom.number())
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true)
  expect(new Set(numbers).size).toBeGreaterThan(900)
})

test('the clock sleeps until the time is over, and rejects with the reason of an abort', async () => {
  const before = systemClock.monotonic()
  await systemClock.sleep(5, new AbortController().signal)
  expect(systemClock.monotonic() - before).toBeGreaterThan(0)
  const stop = new AbortController()
  const sleeping = systemClock.sleep(2 ** 40, stop.signal)
  const reason = new Error('enough')
  stop.abort(reason)
  await expect(sleeping).rejects.toBe(reason)
  await expect(systemClock.sleep(1, AbortSignal.abort(reason))).rejects.toBe(reason)
})

describe('consoleLogger', () => {
  function lines(options: Parameters<typeof consoleLogger>[0]) {
    const written: string[] = []
    const log = consoleLogger({ ...options, write: (line) => written.push(line), clock: { now: () => 0 } })
    log.debug(message`unseen`)
    log.info(message`kept ${2}`, { incident: 'inc_1', hidden: 'token=hunter2', absent: undefined })
    log.error(message`two\nlines`)
    return written
  }

  test('writes one JSON object a line, redacted, from the level that was asked for', () => {
    expect(lines({}).map((line): unknown => JSON.parse(line))).toEqual([
      {
        time: '1970-01-01T00:00:00.000Z',
        level: 'info',
        message: 'kept 2',
        fields: { incident: 'inc_1', hidden: 'token=[redacted:token]' },
      },
      { time: '1970-01-01T00:00:00.000Z', level: 'error', message: 'two\nlines', fields: {} },
    ])
    expect(lines({ level: 'error' })).toHaveLength(1)
    expect(lines({ level: 'debug' })).toHaveLength(3)
  })

  test('writes one line for people when asked for text', () => {
    expect(lines({ format: 'text' })).toEqual([
      '1970-01-01T00:00:00.000Z info  kept 2 incident="inc_1" hidden="token=[redacted:token]"\n',
      '1970-01-01T00:00:00.000Z error two\\nlines\n',
    ])
  })
})
