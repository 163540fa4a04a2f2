import { MendkitError } from '@mendkit/core'
import { expect, test } from 'vitest'
import { within } from '../src/chaos/driver/within.ts'
import { type Channel, peerOver } from '../src/chaos/peer.ts'

/** Two ends of a wire in one process. */
function wire(): readonly [Channel, Channel] {
  const takers: ((message: object) => void)[] = []
  const end = (own: number): Channel => ({
    send: async (message) => takers[1 - own]?.(structuredClone(message)),
    onMessage(take) {
      takers[own] = take
    },
    onClosed: () => undefined,
  })
  return [end(0), end(1)]
}

test('an answer, a failure, and a question that nobody there understands each reach whoever asked', async () => {
  const [here, there] = wire()
  const peer = peerOver(here, {})
  peerOver(there, {
    add: (one: number, other: number) => one + other,
    fail: () => {
      throw new MendkitError('conflict', 'somebody was first', { status: 409 })
    },
  })
  expect(await peer.ask('add', 1, 2)).toBe(3)
  await expect(peer.ask('fail')).rejects.toMatchObject({ code: 'conflict', status: 409 })
  await expect(peer.ask('ad')).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('ad') })
})

test('whoever waits no longer than so long gets the answer, the failure, or what comes of no answer', async () => {
  const never = new Promise<string>(() => undefined)
  expect(await within(60_000, Promise.resolve('there'), () => 'late')).toBe('there')
  expect(await within(1, never, () => 'late')).toBe('late')
  await expect(within(60_000, Promise.reject(new Error('failed')), () => 'late')).rejects.toThrow('failed')
})
