import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { callContext } from '@mendkit/testkit'
import { afterEach, expect, test } from 'vitest'
import { apiServer } from '../src/api-server.ts'
import type { WatchEvent } from '../src/index.ts'
import { watchObjects } from '../src/watch.ts'

const selection = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop' }
const times = { connectionMs: 60_000, restartMs: 1, resyncMs: 600_000 }
const closers: (() => void)[] = []

afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A server of lists and watches. `onWatch` gets each connection; lists answer one pod of the version they are asked at. */
async function watching(
  onWatch: (response: ServerResponse, url: URL, index: number) => void,
  lists: (count: number) => { status: number; body: object } = listOf,
) {
  const asked: URL[] = []
  let watches = 0
  let listed = 0
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://fake')
    asked.push(url)
    if (url.searchParams.get('watch') !== 'true') {
      listed += 1
      const { status, body } = lists(listed)
      response.writeHead(status).end(JSON.stringify(body))
      return
    }
    response.writeHead(200)
    onWatch(response, url, watches)
    watches += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    () => server.closeAllConnections(),
    () => void server.close(),
  )
  const { port } = server.address() as AddressInfo
  const address = new URL(`http://127.0.0.1:${port}`)
  const connect = async () => ({ server: address, options: {} })
  const api = apiServer({ connect, deadlineMs: 5000, repeatDelayMs: 1 })
  const stop = new AbortController()
  closers.push(() => stop.abort())
  const events: WatchEvent[] = []
  const done = (async () => {
    for await (const event of watchObjects(api, selection, times, callContext({ signal: stop.signal })))
      events.push(event)
  })()
  return { asked, events, stop, done, names: () => events.map(nameOf) }
}

function silence(): void {
  // The connection stays open and says nothing.
}

function listOf(count: number) {
  const body = { metadata: { resourceVersion: String(count * 100) }, items: [podAt(`listed-${count}`, count * 100)] }
  return { status: 200, body }
}

function podAt(name: string, version: number) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', uid: name, resourceVersion: String(version) },
  }
}

function line(type: string, object: object): string {
  return `${JSON.stringify({ type, object })}\n`
}

function nameOf(event: WatchEvent): string {
  if (event.type === 'reset') return `reset ${event.objects.map((object) => object.metadata.name).join(' ')}`
  return `${event.type} ${event.object.metadata.name}`
}

test('goes on from the last version, bookmarks included, after the server has closed', async () => {
  const { asked, names } = await watching((response, _url, index) => {
    if (index === 0) {
      response.write(line('ADDED', podAt('a', 101)))
      response.end(line('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '150' } }))
    } else if (index === 1) {
      response.write(line('MODIFIED', podAt('a', 151)))
    }
  })
  await expect.poll(names).toEqual(['reset listed-1', 'added a', 'modified a'])
  const watches = asked.filter((url) => url.searchParams.get('watch') === 'true')
  expect(watches.map((url) => url.searchParams.get('resourceVersion'))).toEqual(['100', '150'])
  expect(watches[0]?.searchParams.get('allowWatchBookmarks')).toBe('true')
})

test('lists anew when the server has forgotten the version, in a line or by status', async () => {
  const { names } = await watching((response, _url, index) => {
    const expired = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }
    if (index === 0) response.end(line('ERROR', expired))
    else if (index === 1) response.write(line('DELETED', podAt('listed-2', 201)))
  })
  await expect.poll(names).toEqual(['reset listed-1', 'reset listed-2', 'deleted listed-2'])
})

test('survives broken connections and a server that is down for a while', async () => {
  const { names } = await watching(
    (response, _url, index) => {
      response.write(line('MODIFIED', podAt(`m${index}`, 101 + index)))
      if (index < 2) response.destroy()
    },
    (count) => (count <= 2 ? { status: 503, body: {} } : listOf(count)),
  )
  await expect.poll(() => names().at(-1)).toBe('modified m2')
  expect(names()[0]).toBe('reset listed-3')
  expect(names().filter((name) => name.startsWith('reset'))).toHaveLength(1)
})

test('ends without throwing when it is aborted', async () => {
  const { names, stop, done } = await watching(silence)
  await expect.poll(names).toEqual(['reset listed-1'])
  stop.abort(new Error('enough'))
  await expect(done).resolves.toBeUndefined()
})

test('throws what waiting does not heal', async () => {
  const { done } = await watching(silence, () => ({ status: 403, body: { reason: 'Forbidden' } }))
  await expect(done).rejects.toMatchObject({ code: 'rejected', status: 403 })
})

test('throws on a line that is not what a watch sends', async () => {
  const { done } = await watching((response) => void response.end('{"type":"ADDED","object":{"metadata":{}}}\n'))
  await expect(done).rejects.toMatchObject({ code: 'bad-response' })
})
