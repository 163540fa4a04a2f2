import assert from 'node:assert/strict'
import type { TimeZones } from '@mendkit/core'
import { rejectsWith } from './assertions.ts'
import type { Contract } from './contract.ts'

/** What the contract needs of a source of calendars. */
export interface TimeZonesSubject {
  readonly timeZones: TimeZones
}

const minuteMs = 60_000

/** Minutes from one moment to another, exclusive, at which a pattern matches, as ISO 8601 without seconds. */
function minutes({ timeZones }: TimeZonesSubject, pattern: string, zone: string, from: string, to: string): string[] {
  const found: string[] = []
  for (let at = Date.parse(from); at < Date.parse(to); at += minuteMs) {
    if (timeZones.matches(pattern, zone, at)) found.push(new Date(at).toISOString().slice(0, 16))
  }
  return found
}

/** What every source of calendars promises. */
export const timeZonesContract: Contract<TimeZonesSubject> = [
  {
    says: 'matches all of the minute that a pattern names, and nothing beside it',
    async check(make) {
      const { timeZones } = await make()
      const at = (time: string) => timeZones.matches('30 14 * * *', 'UTC', Date.parse(time))
      assert.ok(!at('2026-07-01T14:29:59.999Z'))
      for (const time of ['14:30:00Z', '14:30:42.123Z', '14:30:59.999Z']) assert.ok(at(`2026-07-01T${time}`), time)
      assert.ok(!at('2026-07-01T14:31:00Z'))
    },
  },
  {
    says: 'reads a pattern by the clocks of the zone, with its offset of that day, also where it is no whole hour',
    async check(make) {
      const subject = await make()
      const noon = (zone: string, day: string) =>
        minutes(subject, '0 12 * * *', zone, `${day}T00:00:00Z`, `${day}T24:00:00Z`)
      assert.deepEqual(noon('UTC', '2026-07-01'), ['2026-07-01T12:00'])
      assert.deepEqual(noon('Europe/Berlin', '2026-07-01'), ['2026-07-01T10:00'])
      assert.deepEqual(noon('Europe/Berlin', '2026-01-01'), ['2026-01-01T11:00'])
      assert.deepEqual(noon('Asia/Kolkata', '2026-07-01'), ['2026-07-01T06:30'])
      assert.deepEqual(noon('America/New_York', '2026-07-01'), ['2026-07-01T16:00'])
    },
  },
  {
    says: 'understands lists, ranges, steps and names, and takes the day of the week from the zone',
    async check(make) {
      const subject = await make()
      const day = ['2026-07-03T00:00:00Z', '2026-07-04T00:00:00Z'] as const
      assert.deepEqual(minutes(subject, '*/30 9-10,14 * JUL FRI', 'UTC', ...day), [
        ...['2026-07-03T09:00', '2026-07-03T09:30', '2026-07-03T10:00', '2026-07-03T10:30'],
        ...['2026-07-03T14:00', '2026-07-03T14:30'],
      ])
      assert.deepEqual(minutes(subject, '0 * * * SAT', 'Pacific/Auckland', ...day).at(0), '2026-07-03T12:00')
      assert.deepEqual(minutes(subject, '0 12 13 * FRI', 'UTC', '2026-07-10T00:00:00Z', '2026-07-14T00:00:00Z'), [
        '2026-07-10T12:00',
        '2026-07-13T12:00',
      ])
    },
  },
  {
    says: 'never matches a time that the clocks leave out, and goes on with the next that there is',
    async check(make) {
      const subject = await make()
      const night = ['2026-03-28T23:00:00Z', '2026-03-29T06:00:00Z'] as const
      assert.deepEqual(minutes(subject, '30 2 * * *', 'Europe/Berlin', ...night), [])
      assert.deepEqual(minutes(subject, '*/20 1-3 * * *', 'Europe/Berlin', ...night), [
        ...['2026-03-29T00:00', '2026-03-29T00:20', '2026-03-29T00:40'],
        ...['2026-03-29T01:00', '2026-03-29T01:20', '2026-03-29T01:40'],
      ])
    },
  },
  {
    says: 'matches a time that the clocks repeat both times',
    async check(make) {
      const subject = await make()
      const night = ['2026-10-24T22:00:00Z', '2026-10-25T06:00:00Z'] as const
      assert.deepEqual(minutes(subject, '30 2 * * *', 'Europe/Berlin', ...night), [
        '2026-10-25T00:30',
        '2026-10-25T01:30',
      ])
      assert.equal(minutes(subject, '* 2 * * *', 'Europe/Berlin', ...night).length, 120)
    },
  },
  {
    says: 'throws config for a pattern or a zone that it cannot understand',
    async check(make) {
      const { timeZones } = await make()
      const bad = [
        ...['', 'tomorrow', '@daily', '* * * *', '61 * * * *', '* * * * FUN', '* * ? * *'].map((one) => [one, 'UTC']),
        ...['30 0 12 * * *', '2026-07-01T00:00:00'].map((one) => [one, 'UTC']),
        ...['', 'Mars/Olympus', 'Europe'].map((zone) => ['0 12 * * *', zone]),
      ]
      for (const [pattern = '', zone = ''] of bad) {
        const asked = async () => timeZones.matches(pattern, zone, 0)
        await rejectsWith(asked(), 'config')
      }
    },
  },
]
