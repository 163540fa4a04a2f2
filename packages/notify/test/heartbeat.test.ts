import { MendkitError } from '@mendkit/core'
import { callContext, rejectsWith } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { heartbeat } from '../src/index.ts'
import { receiver, takes } from './receiver.ts'

const url = 'https://watchdog.example/checks/1'

test('a beat says whose it is, with the headers of the host', async () => {
  const { url: local, seen } = await receiver(takes)
  const headers = { authorization: 'GenieKey abc' }
  const beating = heartbeat({ url: local, headers, id: 'shop', everyMs: 30_000, allowPrivateAddresses: true })
  await beating.beat(callContext())
  expect(seen[0]?.headers.get('authorization')).toBe('GenieKey abc')
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ type: 'mendkit.heartbeat', id: 'shop', everyMs: 30_000 })
})

test('a beat by GET has no body', async () => {
  const requests: (RequestInit | undefined)[] = []
  const fetch = async (_: unknown, init?: RequestInit) => {
    requests.push(init)
    return new Response('OK')
  }
  await heartbeat({ url, method: 'GET', fetch }).beat(callContext())
  expect(requests).toMatchObject([{ method: 'GET' }])
  expect(requests[0]?.body).toBeUndefined()
})

test('private addresses are not called unless that is meant', async () => {
  expect(() => heartbeat({ url: 'http://10.0.0.1/' })).toThrow(expect.objectContaining({ code: 'config', path: 'url' }))
  await rejectsWith(heartbeat({ url: 'http://localhost:1/' }).beat(callContext()), 'rejected')
})

test.each<readonly [string, unknown]>([
  ['url', {}],
  ['url', { url: 'ftp://watchdog.example' }],
  ['method', { url, method: 'PUT' }],
  ['everyMs', { url, everyMs: 10 }],
  ['everyMs', { url, everyMs: '60s' }],
  ['headers.x', { url, headers: { x: 'a\nb' } }],
  ['every', { url, every: 5 }],
])('a wrong %s is refused: %o', (path, options) => {
  expect(() => heartbeat(options as never)).toThrow(MendkitError)
  expect(() => heartbeat(options as never)).toThrow(expect.objectContaining({ code: 'config', path }))
})
