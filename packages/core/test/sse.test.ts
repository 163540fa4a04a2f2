import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { createMendkit, MendkitError, type Principal, silentLogger } from '@mendkit/core'
import { expect, test } from 'vitest'
import { createFeed } from '../src/engine/feed/feed.ts'
import { type SseOptions, sse, type Watchable } from '../src/engine/feed/sse.ts'
import { phaseEntry, setUp } from './support/parts.ts'

const ada: Principal = { id: 'ada', roles: [], tenant: 'acme', via: 'test' }
const address = 'http://mendkit.test/events'

async function serve(options: Partial<SseOptions> = {}) {
  const bench = await setUp()
  const feed = createFeed(bench.parts)
  await feed.start()
  const face = (tenant: string): Watchable => ({
    watch: (query) => feed.watch({ ...query, tenant }),
    as: (principal) => face(principal.tenant),
  })
  const handler = sse(face('default'), { authenticate: () => ada, clock: bench.clock, ...options })
  const write = async (many = 1, tenant = 'acme') => {
    await bench.commit({ tenant, audit: Array.from({ length: many }, () => phaseEntry()) })
    feed.nudge(tenant)
  }
  return { ...bench, feed, handler, write }
}

function chunks(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (reader === undefined) throw new Error('the answer has no body')
  return { next: async () => (await reader.read()).value, cancel: () => reader.cancel() }
}

test('an event has the number as id, its type as name and itself as JSON', async () => {
  const { handler, write, feed } = await serve({ retryMs: 2_000 })
  await write()
  const response = await handler(new Request(`${address}?after=-1`))
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('no-store')
  const stream = chunks(response)
  expect(await stream.next()).toBe('retry: 2000\n\n')
  const event = await stream.next()
  expect(event).toMatch(/^id: 0\nevent: phase-changed\ndata: \{.*\}\n\n$/)
  expect(JSON.parse(event?.split('data: ')[1] ?? '')).toMatchObject({ seq: 0, data: { to: 'diagnosing' } })
  await stream.cancel()
  feed.close()
})

test.each([
  ['the header', `${address}`, { 'last-event-id': '1' }],
  ['the query', `${address}?after=1`, {}],
  ['the header before the query', `${address}?after=-1`, { 'last-event-id': '1' }],
])('a client goes on where it stopped, by %s', async (_, url, headers) => {
  const { handler, write, feed } = await serve()
  await write(3)
  const stream = chunks(await handler(new Request(url, { headers })))
  await stream.next()
  expect(await stream.next()).toMatch(/^id: 2\n/)
  await stream.cancel()
  feed.close()
})

test('the tenant is that of the principal, whatever the request says', async () => {
  const { handler, write, feed, clock } = await serve()
  await write(1, 'other')
  const stream = chunks(await handler(new Request(`${address}?after=-1&tenant=other`)))
  await stream.next()
  const next = stream.next()
  await clock.advance(15_000)
  expect(await next).toMatch(/^: /)
  await stream.cancel()
  feed.close()
})

test('types and incident narrow the stream', async () => {
  const { handler, commit, feed } = await serve()
  const other = phaseEntry({ subject: { kind: 'incident', id: 'inc_2' } })
  const relapsed = phaseEntry({ type: 'incident-relapsed', data: { relapses: 1 } })
  await commit({ audit: [phaseEntry(), other, relapsed] })
  for (const [query, id] of [
    ['types=incident-relapsed,incident-merged', '2'],
    ['incident=inc_2', '1'],
  ]) {
    const stream = chunks(await handler(new Request(`${address}?after=-1&${query}`)))
    await stream.next()
    expect(await stream.next()).toMatch(new RegExp(`^id: ${id}\n`))
    await stream.cancel()
  }
  feed.close()
})

test('a sign of life comes while nothing happens, and no event is lost around it', async () => {
  const { handler, write, clock, feed } = await serve({ heartbeatMs: 5_000 })
  const stream = chunks(await handler(new Request(address)))
  await stream.next()
  const beat = stream.next()
  await clock.advance(4_999)
  await clock.advance(1)
  expect(await beat).toBe(': still here\n\n')
  const next = stream.next()
  await write()
  expect(await next).toMatch(/^id: 0\n/)
  await stream.cancel()
  feed.close()
})

test('without a principal there is no stream', async () => {
  const { handler } = await serve({ authenticate: () => undefined })
  expect((await handler(new Request(address))).status).toBe(401)
})

test('what authenticate throws reaches the server', async () => {
  const failure = new Error('the key server is away')
  const { handler } = await serve({ authenticate: () => Promise.reject(failure) })
  await expect(handler(new Request(address))).rejects.toBe(failure)
})

test.each(['abc', '1.5', '-2', '1e3', ' '])('the cursor %j is answered with 400', async (after) => {
  const { handler } = await serve()
  const response = await handler(new Request(`${address}?after=${encodeURIComponent(after)}`))
  expect(response.status).toBe(400)
  expect(await response.text()).toContain('cursor')
})

test('only GET is served', async () => {
  const { handler } = await serve()
  const response = await handler(new Request(address, { method: 'POST' }))
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET'])
})

test('a cursor ahead of the log is told to the client, and the stream ends', async () => {
  const { handler } = await serve()
  const response = await handler(new Request(`${address}?after=99`))
  const text = await response.text()
  expect(text).toContain('event: failed\ndata: {"error":"invalid: ')
  expect(text).toContain('ahead of the log')
})

test('a log that does not read back breaks the stream for the server to see', async () => {
  const broken: Watchable = {
    watch: async function* () {
      yield await Promise.reject<never>(new MendkitError('corrupt', 'entry 7 cannot be read'))
    },
    as: () => broken,
  }
  const { clock } = await setUp()
  const response = await sse(broken, { authenticate: () => ada, clock })(new Request(address))
  await expect(response.text()).rejects.toThrow('entry 7 cannot be read')
})

test('a client that goes away ends its reader: by abort of the request, and by cancel of the body', async () => {
  const { handler, parts, clock } = await serve()
  const client = new AbortController()
  const aborted = chunks(await handler(new Request(address, { signal: client.signal })))
  const cancelled = chunks(await handler(new Request(address)))
  await aborted.next()
  await cancelled.next()
  const ended = aborted.next()
  const other = cancelled.next()
  await clock.advance(0)
  expect(parts.metrics.text()).toContain('mendkit_feed_readers 2\n')
  client.abort()
  expect(await ended).toBeUndefined()
  await cancelled.cancel()
  await other
  await clock.advance(0)
  expect(parts.metrics.text()).toContain('mendkit_feed_readers 0\n')
  expect(clock.sleepers).toBe(0)
})

test('it serves a Mendkit as it is, and lets go of it when the client goes', async () => {
  const { clock } = await setUp()
  await using mendkit = createMendkit({ system: { clock, log: silentLogger } })
  const handler = sse(mendkit, { authenticate: () => ada, clock })
  const stream = chunks(await handler(new Request(`${address}?after=-1`)))
  await stream.next()
  const next = stream.next()
  await mendkit.as(ada).pause()
  expect(await next).toMatch(/^id: 0\nevent: engine-paused\n/)
  const waiting = stream.next()
  await clock.advance(0)
  expect(mendkit.metrics()).toContain('mendkit_feed_readers 1\n')
  await stream.cancel()
  await waiting
  await clock.advance(0)
  expect(mendkit.metrics()).toContain('mendkit_feed_readers 0\n')
})

test('a client that does not read makes nothing pile up', async () => {
  let handed = 0
  const { clock } = await setUp()
  const endless: Watchable = {
    watch: async function* () {
      for (;;) {
        handed += 1
        yield { seq: handed, type: 'engine-paused' } as never
      }
    },
    as: () => endless,
  }
  const response = await sse(endless, { authenticate: () => ada, clock })(new Request(address))
  const reader = response.body?.getReader()
  await reader?.read()
  await reader?.read()
  await reader?.read()
  await clock.advance(60_000)
  expect(handed).toBe(2)
  await reader?.cancel()
})

test('it works over a real socket, and the connection closing ends the reader', async () => {
  const { handler, write, parts, feed } = await serve()
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const gone = new AbortController()
    outgoing.on('close', () => gone.abort())
    const headers = incoming.headers as Record<string, string>
    const response = await handler(new Request(`http://localhost${incoming.url}`, { headers, signal: gone.signal }))
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    if (response.body !== null)
      Readable.fromWeb(response.body as never)
        .on('error', () => outgoing.destroy())
        .pipe(outgoing)
  }
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await write(2)
  const client = new AbortController()
  const response = await fetch(`http://127.0.0.1:${port}/events`, {
    headers: { 'last-event-id': '0' },
    signal: client.signal,
  })
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    if (text.includes('id: 1\n')) break
  }
  expect(text).toContain('event: phase-changed\n')
  client.abort()
  await expect.poll(() => parts.metrics.text()).toContain('mendkit_feed_readers 0\n')
  feed.close()
  await new Promise((resolve) => server.close(resolve))
})

const wrongOptions: readonly (readonly [path: string, mendkit: unknown, options: unknown])[] = [
  ['mendkit', {}, { authenticate: () => ada }],
  ['mendkit', undefined, { authenticate: () => ada }],
  ['options', undefined, undefined],
  ['authenticate', undefined, {}],
  ['heartbeat', undefined, { authenticate: () => ada, heartbeat: 5 }],
  ['heartbeatMs', undefined, { authenticate: () => ada, heartbeatMs: Number.NaN }],
  ['heartbeatMs', undefined, { authenticate: () => ada, heartbeatMs: 0 }],
  ['retryMs', undefined, { authenticate: () => ada, retryMs: '2s' }],
  ['clock', undefined, { authenticate: () => ada, clock: 5 }],
]
test.each(wrongOptions)('a wrong %s is refused at once', (path, given, options) => {
  const mendkit = path === 'mendkit' ? given : createMendkit({ system: { log: silentLogger } })
  expect(() => sse(mendkit as never, options as never)).toThrow(expect.objectContaining({ code: 'config', path }))
})
