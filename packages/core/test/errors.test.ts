import { type ErrorCode, MendkitError } from '@mendkit/core'
import { describe, expect, test } from 'vitest'

describe('MendkitError', () => {
  test('takes a wait that is none for not said', () => {
    const waits = [1.2, 0, Number.NaN, -1, Number.POSITIVE_INFINITY].map(
      (retryAfterMs) => new MendkitError('unavailable', 'busy', { retryAfterMs }).retryAfterMs,
    )
    expect(waits).toEqual([2, 0, undefined, undefined, undefined])
  })

  test('carries code, path, status, pause and cause', () => {
    const cause = new Error('socket closed')
    const error = new MendkitError('unavailable', 'store away', {
      cause,
      path: 'store',
      retryAfterMs: 500,
      status: 503,
    })
    expect(error).toMatchObject({
      code: 'unavailable',
      message: 'store away',
      path: 'store',
      retryAfterMs: 500,
      status: 503,
      cause,
    })
    expect(error).toBeInstanceOf(Error)
    expect(error.name).toBe('MendkitError')
    expect(new MendkitError('config', 'x')).toMatchObject({
      path: undefined,
      retryAfterMs: undefined,
      status: undefined,
    })
  })

  test('is worth a retry only when it is unavailable', () => {
    const others: readonly ErrorCode[] = [
      ...(['config', 'invalid', 'not-found', 'forbidden', 'conflict'] as const),
      ...(['rejected', 'bad-response', 'unsupported', 'corrupt'] as const),
    ]
    expect(new MendkitError('unavailable', 'x').retryable).toBe(true)
    expect(others.filter((code) => new MendkitError(code, 'x').retryable)).toEqual([])
  })

  test('is known by its brand, across copies of the package, and by its code', () => {
    const copy = Object.assign(new Error('x'), { brand: 'mendkit/error', code: 'conflict' })
    expect(MendkitError.is(copy)).toBe(true)
    expect(MendkitError.is(copy, 'conflict')).toBe(true)
    expect(MendkitError.is(copy, 'invalid')).toBe(false)
    for (const other of [undefined, null, 'text', 7, new Error('x'), { code: 'conflict' }]) {
      expect(MendkitError.is(other)).toBe(false)
    }
  })
})
