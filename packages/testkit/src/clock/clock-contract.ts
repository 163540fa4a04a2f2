import assert from 'node:assert/strict'
import type { Clock } from '@mendkit/core'
import type { Contract } from '../contract.ts'

/** What the contract needs of a clock. */
export interface ClockSubject {
  readonly clock: Clock
  /** Lets time pass on a clock that stands still by itself. Absent: it goes on by itself. */
  readonly advance?: (ms: number) => Promise<void>
}

/** Timers count whole milliseconds, so a sleep may end a fraction of one early on a finer scale. */
const GRAIN_MS = 1

/** What every clock promises. */
export const clockContract: Contract<ClockSubject> = [
  {
    says: 'tells the time in milliseconds since 1970',
    async check(make) {
      const now = (await make()).clock.now()
      assert.ok(now > Date.UTC(2000) && now < Date.UTC(2200), `${now} is no time of this century or the next`)
    },
  },
  {
    says: 'sleeps until the time is over, on a scale that never goes back',
    async check(make) {
      const { clock, advance } = await make()
      const before = clock.monotonic()
      const sleeping = clock.sleep(20, new AbortController().signal)
      await Promise.all([sleeping, advance?.(20)])
      const passed = clock.monotonic() - before
      assert.ok(passed >= 20 - GRAIN_MS, `a sleep of 20 ms took ${passed} ms`)
    },
  },
  {
    says: 'does not sleep when there is nothing to sleep for',
    async check(make) {
      const { clock, advance } = await make()
      const sleeping = [0, -5].map((ms) => clock.sleep(ms, new AbortController().signal))
      await Promise.all([...sleeping, advance?.(0)])
    },
  },
  {
    says: 'does not wake early from a sleep that is longer than a timer can count',
    async check(make) {
      const { clock, advance } = await make()
      const stop = new AbortController()
      const reason = new Error('enough')
      const long = clock.sleep(2 ** 40, stop.signal)
      const first = await Promise.race([
        long.then(() => 'long'),
        Promise.all([clock.sleep(20, new AbortController().signal), advance?.(20)]).then(() => 'short'),
      ])
      assert.equal(first, 'short')
      stop.abort(reason)
      await assert.rejects(long, (error) => error === reason)
    },
  },
  {
    says: 'rejects with the abort reason itself, before and during a sleep',
    async check(make) {
      const { clock } = await make()
      const reason = new Error('enough')
      await assert.rejects(clock.sleep(0, AbortSignal.abort(reason)), (error) => error === reason)
      const stop = new AbortController()
      const sleeping = clock.sleep(3_600_000, stop.signal)
      stop.abort(reason)
      await assert.rejects(sleeping, (error) => error === reason)
    },
  },
]
