import { virtualClock } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'

const { signal } = new AbortController()

describe('virtualClock', () => {
  test('stands still until told to go on', async () => {
    const clock = virtualClock({ startAt: 1_000 })
    expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0])
    await clock.advance(250)
    expect([clock.now(), clock.monotonic()]).toEqual([1_250, 250])
  })

  test('wakes sleepers in order, each at its time, after what the one before it did next', async () => {
    const clock = virtualClock({ startAt: 0 })
    const log: string[] = []
    const sleeper = async (name: string, ...naps: readonly number[]) => {
      for (const nap of naps) {
        await clock.sleep(nap, signal)
        await Promise.resolve()
        log.push(`${name}@${clock.now()}`)
      }
    }
    const all = [
      sleeper('slow', 30),
      sleeper('twice', 10, 15),
      sleeper('same', 30),
      sleeper('late', 31),
      sleeper('zero', 0),
    ]
    await clock.advance(30)
    expect(log).toEqual(['zero@0', 'twice@10', 'twice@25', 'slow@30', 'same@30'])
    expect([clock.sleepers, clock.nextWakeAt]).toEqual([1, 31])
    await clock.advance(1)
    await Promise.all(all)
    expect([clock.sleepers, clock.nextWakeAt]).toEqual([0, undefined])
  })

  test('rejects with the reason of the signal, before or during the sleep, and then wakes nobody', async () => {
    const clock = virtualClock()
    const stop = new AbortController()
    const asleep = clock.sleep(10, stop.signal)
    const reason = new Error('enough')
    stop.abort(reason)
    await expect(asleep).rejects.toBe(reason)
    await expect(clock.sleep(10, stop.signal)).rejects.toBe(reason)
    expect(clock.sleepers).toBe(0)
    await clock.advance(100)
  })

  test('moves wall time alone when it jumps', async () => {
    const clock = virtualClock({ startAt: 0 })
    let awake = false
    const asleep = clock.sleep(10, signal).then(() => {
      awake = true
    })
    clock.jump(-3_600_000)
    await clock.advance(9)
    expect([awake, clock.now(), clock.monotonic()]).toEqual([false, -3_599_991, 9])
    await clock.advance(1)
    await asleep
  })
})
