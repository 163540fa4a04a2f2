import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, test } from 'vitest'
import { type AlertIntake, type AlertmanagerWebhook, alertmanagerWebhook } from '../src/index.ts'
import { basic, harness, request, secret } from './webhook-harness.ts'
import { webhook, webhookAlert } from './wire.ts'

const payload = JSON.stringify(webhook([webhookAlert({ alertname: 'Down', job: 'äpi ✓' })]))

/** The handler on a server of Node's own. */
async function served(handle: AlertmanagerWebhook) {
  const server = createServer((incoming, response) => void handle.node(incoming, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    post: (body: string | Uint8Array<ArrayBuffer>, authorization = basic(secret), signal: AbortSignal | null = null) =>
      fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers: { authorization }, body, signal }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test("answers on Node's own server as it does web-standard requests", async () => {
  const node = harness()
  const web = harness()
  await using server = await served(node.handle)
  const bodies = [payload, 'not JSON', '{"version":"3"}', '['.repeat(100), Buffer.from([0xff]), payload.slice(0, -9)]
  for (const body of bodies) {
    const answer = await server.post(body)
    const expected = await web.handle(request(body))
    expect([answer.status, await answer.json()]).toEqual([expected.status, await expected.json()])
    expect(answer.headers.get('content-type')).toBe(expected.headers.get('content-type'))
  }
  expect(node.taken.map(({ batch }) => batch.alerts)).toEqual(web.taken.map(({ batch }) => batch.alerts))
})

test("refuses on Node's own server what has no secret or is no POST", async () => {
  const { handle, taken } = harness()
  await using server = await served(handle)
  const wrong = await server.post(payload, 'Bearer something-else-altogether')
  expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Bearer')])
  const got = await fetch(`http://127.0.0.1:${server.port}/`)
  expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
  expect(taken).toEqual([])
})

test("reads no more than it may on Node's own server, whether the length is announced or not", async () => {
  const { handle, taken } = harness({ maxBytes: 100_000 })
  await using server = await served(handle)
  const announced = await server.post('x'.repeat(100_001))
  expect(announced.status).toBe(413)
  const endless = connect(server.port, '127.0.0.1')
  endless.write(
    `POST / HTTP/1.1\r\nHost: h\r\nAuthorization: ${basic(secret)}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    'latin1',
  )
  endless.write(`${(200_000).toString(16)}\r\n${'x'.repeat(200_000)}\r\n`)
  const [answer] = (await once(endless, 'data')) as [Buffer]
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /)
  await once(endless, 'close')
  expect(taken).toEqual([])
})

test('gives up what the sender no longer waits for', async () => {
  const begun = Promise.withResolvers<void>()
  const givenUp = Promise.withResolvers<void>()
  const ingest: AlertIntake['ingest'] = async (_, { signal } = {}) => {
    signal?.addEventListener('abort', () => givenUp.resolve())
    begun.resolve()
    return await Promise.withResolvers<never>().promise
  }
  await using server = await served(alertmanagerWebhook({ ingest }, { secret, source: 'am' }))
  const leaving = new AbortController()
  const answer = server.post(payload, undefined, leaving.signal)
  await begun.promise
  leaving.abort()
  await expect(answer).rejects.toThrow()
  await givenUp.promise
})
