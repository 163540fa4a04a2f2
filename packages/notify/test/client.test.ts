import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { directClient, fetchClient, type HttpClient } from '../src/client.ts'
import { receiver, takes } from './receiver.ts'

const [open, inside] = ['127.0.0.1', '127.0.0.2'] as const

/** A server on one of this machine's addresses that counts what it is asked. */
async function serverAt(address: string, port = 0): Promise<{ readonly port: number; readonly asked: () => number }> {
  let asked = 0
  const server: Server = createServer((_, response) => {
    asked += 1
    response.end()
  })
  server.listen(port, address)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { port: (server.address() as AddressInfo).port, asked: () => asked }
}

const postTo = (client: HttpClient, url: string, maxAnswer = 0) =>
  client({
    method: 'POST',
    url: new URL(url),
    headers: new Headers(),
    body: '{}',
    maxAnswer,
    signal: AbortSignal.timeout(5_000),
  })

test('a name that means another address when it is looked up again is called at the address that was checked', async () => {
  const outer = await serverAt(open)
  const inner = await serverAt(inside, outer.port)
  const answers = [open, inside, inside, inside]
  const client = directClient({
    refuses: (address) => address === inside,
    lookup: async () => [{ address: answers.shift() ?? inside, family: 4 }],
  })
  expect(await postTo(client, `http://rebinding.example:${outer.port}/`)).toMatchObject({ kind: 'answer', status: 200 })
  expect(answers).toHaveLength(3)
  expect(await postTo(client, `http://rebinding.example:${outer.port}/`)).toEqual({ kind: 'refused-address' })
  expect([outer.asked(), inner.asked()]).toEqual([1, 0])
})

test('a name of which only one address is refused is not called at all', async () => {
  const outer = await serverAt(open)
  const found = [open, inside].map((address) => ({ address, family: 4 }))
  const client = directClient({ refuses: (address) => address === inside, lookup: async () => found })
  expect(await postTo(client, `http://both.example:${outer.port}/`)).toEqual({ kind: 'refused-address' })
  expect(outer.asked()).toBe(0)
})

test('a name without an address is no answer', async () => {
  const client = directClient({ refuses: () => false, lookup: async () => [] })
  await expect(postTo(client, 'http://nowhere.example/')).rejects.toThrow('no address')
})

const clients = [
  ['the direct client', directClient({ refuses: () => false })],
  ['a fetch', fetchClient(globalThis.fetch)],
] as const

test.each(clients)('%s does not follow a redirect', async (_, client) => {
  const elsewhere = await receiver(takes)
  const { url } = await receiver((response) => response.writeHead(307, { location: elsewhere.url }).end())
  expect(await postTo(client, url)).toMatchObject({ kind: 'answer', status: 307 })
  expect(elsewhere.seen).toEqual([])
})

test.each(clients)('%s reads as much of an answer as it is asked for, and waits for no more', async (_, client) => {
  const { url } = await receiver((response) => response.writeHead(200, { 'retry-after': '7' }).write('x'.repeat(5_000)))
  expect(await postTo(client, url, 100)).toEqual({
    kind: 'answer',
    status: 200,
    retryAfter: '7',
    text: 'x'.repeat(100),
  })
  expect(await postTo(client, url)).toMatchObject({ status: 200, text: '' })
})

test('what is sent arrives whole, with its headers', async () => {
  const { url, seen } = await receiver(takes)
  const client = directClient({ refuses: () => false })
  const headers = new Headers({ 'content-type': 'application/json', 'x-team': 'shop' })
  await client({
    method: 'POST',
    url: new URL(url),
    headers,
    body: '{"a":"ü✓"}',
    maxAnswer: 0,
    signal: AbortSignal.timeout(5_000),
  })
  expect(seen[0]?.body).toBe('{"a":"ü✓"}')
  expect(seen[0]?.headers.get('x-team')).toBe('shop')
  expect(seen[0]?.headers.get('content-length')).toBe(String(Buffer.byteLength('{"a":"ü✓"}')))
})
