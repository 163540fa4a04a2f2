import { describe, expect, test } from 'vitest'
import { parsePod } from '../src/parse-pod.ts'

function pod(phase: string) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'shop', uid: 'u1', resourceVersion: '1' },
    status: { phase },
  }
}

describe('an object', () => {
  test('that may still change is read again every time', () => {
    const changing = pod('Pending')
    expect(parsePod(changing).state).toBe('pending')
    changing.status.phase = 'Succeeded'
    expect(parsePod(changing).state).toBe('ended')
  })

  test('that is frozen is read once', () => {
    const frozen = Object.freeze(pod('Pending'))
    expect(parsePod(frozen)).toBe(parsePod(frozen))
  })

  test('that is frozen and cannot be read is refused every time', () => {
    const broken = Object.freeze({ ...pod('Pending'), status: { phase: 7 } })
    for (const _ of ['first', 'second']) expect(() => parsePod(broken)).toThrow('web-1 has an unexpected form at')
  })
})
