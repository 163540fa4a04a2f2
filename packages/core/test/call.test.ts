import { MendkitError } from '@mendkit/core'
import { callContext, virtualClock } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { withTimeout } from '../src/engine/call.ts'

const limit = { what: 'check shop-health', ms: 1_000 }

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('wrapped', { cause: signal.reason })))
  })
}

test('an answer in time is the answer, and nothing is left waiting', async () => {
  const clock = virtualClock()
  await expect(withTimeout({ clock }, limit, callContext(), async () => 7)).resolves.toBe(7)
  expect(clock.sleepers).toBe(0)
})

test('a call that takes too long is aborted and told as unavailable, with its name and limit', async () => {
  const clock = virtualClock()
  let seen: AbortSignal | undefined
  const call = withTimeout({ clock }, limit, callContext(), ({ signal }) => {
    seen = signal
    return untilAborted(signal)
  })
  const outcome = expect(call).rejects.toMatchObject({
    code: 'unavailable',
    message: 'check shop-health did not answer within 1000 ms',
  })
  await clock.advance(999)
  expect(seen?.aborted).toBe(false)
  await clock.advance(1)
  await outcome
  expect(MendkitError.is(seen?.reason, 'unavailable')).toBe(true)
})

test('a call that does not listen to its signal is left behind, and its late failure disturbs nobody', async () => {
  const clock = virtualClock()
  const late = Promise.withResolvers<never>()
  const call = withTimeout({ clock }, limit, callContext(), () => late.promise)
  const outcome = expect(call).rejects.toMatchObject({ code: 'unavailable' })
  await clock.advance(1_000)
  await outcome
  late.reject(new Error('too late to matter'))
  await clock.advance(0)
})

test('when the caller gives up, its own reason comes through unwrapped, whatever the call makes of it', async () => {
  const clock = virtualClock()
  const caller = new AbortController()
  const reason = { because: 'shutting down' }
  let seen: AbortSignal | undefined
  const call = withTimeout({ clock }, limit, callContext({ signal: caller.signal }), ({ signal }) => {
    seen = signal
    return untilAborted(signal)
  })
  caller.abort(reason)
  await expect(call).rejects.toBe(reason)
  expect(seen?.reason).toBe(reason)
  expect(clock.sleepers).toBe(0)
})

test('a caller that has given up already makes no call', async () => {
  const signal = AbortSignal.abort('over')
  let called = false
  const call = withTimeout({ clock: virtualClock() }, limit, callContext({ signal }), async () => {
    called = true
  })
  await expect(call).rejects.toBe('over')
  expect(called).toBe(false)
})

test('what a call throws comes through as it is, also when it throws at once', async () => {
  const clock = virtualClock()
  const refusal = new MendkitError('rejected', 'no')
  const call = withTimeout({ clock }, limit, callContext(), () => {
    throw refusal
  })
  await expect(call).rejects.toBe(refusal)
  expect(clock.sleepers).toBe(0)
})
