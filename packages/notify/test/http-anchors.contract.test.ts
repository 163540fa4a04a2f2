import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AnchorSink, memoryAnchors, silentLogger } from '@mendkit/core'
import { anchorSinkContract, callContext, holdsTo, testCheckpoint } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { anchorHandler, httpAnchors } from '../src/index.ts'
import { receiver } from './receiver.ts'

const token = 'a-token-of-its-own'
const ctx = callContext()
const origin = 'log.example/test/acme'
const at = 1_767_225_600_000
const note = (size: number, fill = 1) => testCheckpoint({ origin, size, root: Buffer.alloc(32, fill) })

/** Serves a sink over real HTTP. */
async function serve(sink: AnchorSink): Promise<string> {
  const handle = anchorHandler(sink, { token })
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    const respond = async () => {
      const { method = 'GET', url = '/', headers } = request
      const body = method === 'POST' ? { body: Buffer.concat(chunks) } : {}
      const given = { method, headers: new Headers(headers as Record<string, string>), ...body }
      const answer = await handle(new Request(`http://127.0.0.1${url}`, given))
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
    }
    request.on('end', () => void respond())
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/anchors`
}

const to = (url: string, more = {}) => httpAnchors({ url, token, allowPrivateAddresses: true, ...more })

holdsTo(test, 'httpAnchors to anchorHandler', anchorSinkContract, async () => {
  const url = await serve(memoryAnchors())
  const hanging = await receiver(() => undefined)
  return {
    sink: to(url),
    again: async () => to(url),
    unreachable: to('http://127.0.0.1:1/anchors'),
    hanging: to(hanging.url),
    secret: token,
  }
})

test('a wrong token, and whatever else the service refuses, is told as set up wrongly and never as a fork', async () => {
  const inner = memoryAnchors()
  const url = await serve(inner)
  const stranger = to(url, { token: 'another-token-than-that' })
  await expect(stranger.put({ note: note(3), at }, ctx)).rejects.toMatchObject({ code: 'config', status: 401 })
  await expect(stranger.latest(origin, ctx)).rejects.toMatchObject({ code: 'config', status: 401 })
  expect(await inner.latest(origin, ctx)).toBeUndefined()
  await expect(
    httpAnchors({ url, token, allowPrivateAddresses: false, fetch: (input, init) => fetch(input, init) }).put(
      { note: note(3), at },
      ctx,
    ),
  ).resolves.toBeUndefined()
})

test('private addresses are refused unless they are allowed', () => {
  expect(() => httpAnchors({ url: 'http://10.0.0.1/anchors' })).toThrow(
    expect.objectContaining({ code: 'config', path: 'url' }),
  )
})

test('more anchors than fit into one answer come in several', async () => {
  const inner = memoryAnchors()
  for (let size = 1; size <= 450; size += 1) await inner.put({ note: note(size), at }, ctx)
  const sink = to(await serve(inner))
  expect(await sink.list({ origin, from: 3, limit: 1_000 }, ctx)).toHaveLength(448)
  expect(await sink.list({ origin, from: 0, limit: 210 }, ctx)).toHaveLength(210)
})

test('what is no list of anchors is told as such', async () => {
  for (const body of ['<html>', '{"anchors":[{"note":"hello","at":"2026-01-01T00:00:00Z"}]}']) {
    const odd = await receiver((response) => response.writeHead(200).end(body))
    await expect(to(odd.url).latest(origin, ctx)).rejects.toMatchObject({ code: 'bad-response' })
  }
})

test('the handler takes no longer body than a note can be, and serves GET and POST alone', async () => {
  const inner = memoryAnchors()
  const handle = anchorHandler(inner, { token })
  const ask = (method: string, body?: string) =>
    handle(
      new Request('http://anchors.example/', {
        method,
        headers: { authorization: `Bearer ${token}` },
        ...(body !== undefined && { body }),
      }),
    )
  expect((await ask('POST', 'x'.repeat(20_000))).status).toBe(413)
  expect((await ask('POST', 'hello')).status).toBe(400)
  expect((await ask('DELETE')).status).toBe(405)
  expect((await ask('GET')).status).toBe(400)
  expect(() => anchorHandler(inner, { token: 'short' })).toThrow(expect.objectContaining({ code: 'config' }))
})

test('what the sink could not do is told in the log of the machine that serves it', async () => {
  const warned: string[] = []
  const log = { ...silentLogger, warn: (text: string) => void warned.push(text) }
  const failing = { ...memoryAnchors('kept'), latest: () => Promise.reject(new Error('the disk is full')) }
  const handle = anchorHandler(failing, { token, log })
  const headers = { authorization: `Bearer ${token}` }
  const answer = await handle(new Request(`http://anchors.test/?origin=${origin}&latest=1`, { headers }))
  expect([answer.status, warned]).toEqual([500, [expect.stringMatching(/kept failed: the disk is full/)]])
})
