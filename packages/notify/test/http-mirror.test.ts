import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { createMendkit, MendkitError, memoryStore, silentLogger } from '@mendkit/core'
import { aMirrorBatch, callContext, rejectsWith } from '@mendkit/testkit'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type HttpMirrorOptions, httpMirror } from '../src/index.ts'
import { eventsOf } from './ocsf-events.ts'
import { receiver, takes } from './receiver.ts'

/** A host that mirrors to this address and makes ten entries. */
async function mirroring(url: string, options: Partial<HttpMirrorOptions> = {}) {
  const sink = httpMirror({ url, allowPrivateAddresses: true, timeoutMs: 300, maxEntries: 4, ...options })
  const mendkit = createMendkit({
    store: memoryStore(),
    settings: { engine: { sweepMs: 10 }, notices: { retryMs: 20 } },
    system: { mirrors: [sink], log: silentLogger },
  })
  const stop = new AbortController()
  const running = mendkit.run({ signal: stop.signal })
  onTestFinished(async () => {
    stop.abort()
    await running
    await mendkit.close()
  })
  for (let times = 0; times < 10; times += 1) await mendkit.pause()
  return mendkit
}

const patience = { timeout: 20_000, interval: 20 }

/** Ways of a receiver to take nothing, before it takes everything. */
const troubles: readonly (readonly [string, (response: ServerResponse) => unknown])[] = [
  ['answers 500', (response) => response.writeHead(500).end('oops')],
  ['answers 429 and asks to wait', (response) => response.writeHead(429, { 'retry-after': '0' }).end()],
  ['answers 400', (response) => response.writeHead(400).end('not this')],
  ['hangs', () => undefined],
  ['cuts the connection', (response) => response.socket?.destroy()],
  [
    'cuts the connection within its answer',
    (response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('taken, says')
      response.socket?.destroy()
    },
  ],
]

test.each(troubles)('a receiver that %s gets everything once it takes it, and in order', async (_, trouble) => {
  let inTrouble = true
  let troubled = 0
  const taken: number[] = []
  const server = await receiver((response, seen) => {
    if (inTrouble) {
      troubled += 1
      return trouble(response)
    }
    taken.push(...eventsOf(seen).map(({ metadata }) => metadata.sequence))
    return takes(response)
  })
  const mendkit = await mirroring(server.url)
  await vi.waitFor(async () => expect((await mendkit.health()).mirrors?.[0]?.failures).toBeGreaterThan(1), patience)
  expect(troubled).toBeGreaterThan(1)
  const [health] = (await mendkit.health()).mirrors ?? []
  expect(health).toMatchObject({ lagEntries: expect.any(Number), lastError: expect.not.stringContaining('pa55') })
  inTrouble = false
  await vi.waitFor(() => expect(new Set(taken).size).toBe(11), patience)
  expect([...new Set(taken)]).toEqual(Array.from({ length: 11 }, (_, seq) => seq))
  await vi.waitFor(async () => expect((await mendkit.health()).mirrors?.[0]?.lagEntries).toBe(0), patience)
})

test('a receiver that is down, and one that is slow, get everything in the end', async () => {
  const taken: number[] = []
  const server = await receiver(async (response, seen) => {
    // Slower than the engine, and quicker than its patience.
    await new Promise((resolve) => setTimeout(resolve, 50))
    taken.push(...eventsOf(seen).map(({ metadata }) => metadata.sequence))
    takes(response)
  })
  const down = await mirroring('http://127.0.0.1:1/nobody')
  await vi.waitFor(async () => expect((await down.health()).mirrors?.[0]?.failures).toBeGreaterThan(1), patience)
  await mirroring(server.url)
  await vi.waitFor(() => expect(new Set(taken).size).toBe(11), patience)
  expect([...new Set(taken)]).toEqual(Array.from({ length: 11 }, (_, seq) => seq))
})

test('a batch is posted with the headers of the host, and each event holds the exact bytes of its entry', async () => {
  const { url, seen } = await receiver(takes)
  const batch = aMirrorBatch(0, 1)
  const headers = { authorization: 'Splunk abc' }
  await httpMirror({ url, headers, allowPrivateAddresses: true }).write(batch, callContext())
  expect(seen[0]?.headers.get('authorization')).toBe('Splunk abc')
  expect(seen[0]?.headers.get('content-type')).toBe('application/x-ndjson')
  const events = seen.flatMap(eventsOf)
  expect(events.map(({ raw_data }) => raw_data)).toEqual(
    batch.entries.map(({ bytes }) => Buffer.from(bytes).toString('utf8')),
  )
  expect(events.map(({ metadata }) => metadata.uid)).toEqual(
    batch.entries.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex')),
  )
})

const url = 'https://siem.example/ingest'

test('private addresses are not called unless that is meant', async () => {
  expect(() => httpMirror({ url: 'http://10.0.0.1/' })).toThrow(
    expect.objectContaining({ code: 'config', path: 'url' }),
  )
  await rejectsWith(httpMirror({ url: 'http://localhost:1/' }).write(aMirrorBatch(0, 0), callContext()), 'rejected')
})

test.each<readonly [string, unknown]>([
  ['url', {}],
  ['url', { url: 'https://user:pass@siem.example' }],
  ['format', { url, format: 'xml' }],
  ['maxEntries', { url, maxEntries: 0 }],
  ['maxEntries', { url, maxEntries: 1_001 }],
  ['headers.x', { url, headers: { x: 'a\nb' } }],
  ['batch', { url, batch: 5 }],
])('a wrong %s is refused: %o', (path, options) => {
  expect(() => httpMirror(options as never)).toThrow(MendkitError)
  expect(() => httpMirror(options as never)).toThrow(expect.objectContaining({ code: 'config', path }))
})
