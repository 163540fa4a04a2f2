import { inspect } from 'node:util'
import { MendkitError } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { failureOf, type KubernetesClient, kubernetesClient } from '../src/index.ts'
import { configFor, fakeApiServer, pod, type Reply, status, token } from './fake-api-server.ts'

const context = callContext()
const reference = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' }
const report = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'report', namespace: 'shop' }, spec: {} }
const annotate = { type: 'merge', document: { metadata: { annotations: { 'example.dev/x': '1' } } } } as const

const reads: readonly (readonly [string, (client: KubernetesClient) => Promise<unknown>])[] = [
  ['get', (client) => client.get(reference, context)],
  ['list', (client) => client.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop' }, context)],
  ['logs', (client) => client.podLogs({ namespace: 'shop', name: 'web' }, {}, context)],
  ['can', (client) => client.can({ verb: 'get', apiVersion: 'v1', kind: 'Pod' }, context)],
]
const writes: readonly (readonly [string, (client: KubernetesClient, dryRun?: boolean) => Promise<unknown>])[] = [
  ['patch', (client, dryRun) => client.patch(reference, annotate, { dryRun }, context)],
  ['create', (client, dryRun) => client.create(report, { dryRun }, context)],
  ['delete', (client, dryRun) => client.delete(reference, { uid: 'u1' }, { dryRun }, context)],
  ['evict', (client, dryRun) => client.evict({ namespace: 'shop', name: 'web' }, { uid: 'u1' }, { dryRun }, context)],
]

async function failure(call: Promise<unknown>): Promise<MendkitError> {
  const error = await call.then(
    () => expect.fail('the call succeeded'),
    (reason: unknown) => reason,
  )
  if (!MendkitError.is(error)) throw error
  expect(inspect(error, { depth: 9 })).not.toContain(token)
  return error
}

describe('what is sent', () => {
  test('reads carry the token, the version and the trace', async () => {
    await using api = await fakeApiServer(() => ({ body: pod }))
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await api.client.get(reference, { ...context, trace: { traceparent } })
    const [{ url, headers } = {}] = api.received
    expect(url?.pathname).toBe('/api/v1/namespaces/shop/pods/web')
    expect(headers).toMatchObject({
      authorization: `Bearer ${token}`,
      'user-agent': `mendkit/${manifest.version}`,
      traceparent,
    })
  })

  test('writes name their execution and their field manager, and always say which kind of patch they are', async () => {
    await using api = await fakeApiServer(() => ({ body: pod }))
    const options = { executionId: 'exe_1' }
    await api.client.patch(reference, annotate, options, context)
    const operations = [{ op: 'remove', path: '/metadata/labels' }] as const
    await api.client.patch(reference, { type: 'json', operations }, { ...options, dryRun: true }, context)
    const [merge, json] = api.received
    expect(merge?.headers).toMatchObject({
      'user-agent': `mendkit/${manifest.version} (execution exe_1)`,
      'content-type': 'application/merge-patch+json',
    })
    expect(merge?.url.searchParams.toString()).toBe('fieldManager=mendkit')
    expect(json?.headers['content-type']).toBe('application/json-patch+json')
    expect(json?.url.searchParams.get('dryRun')).toBe('All')
    expect(json?.body).toEqual(operations)
  })

  test('an eviction carries its preconditions', async () => {
    await using api = await fakeApiServer(() => ({ status: 201 }))
    const where = { namespace: 'shop', name: 'web' }
    await api.client.evict(where, { uid: 'u1', resourceVersion: '7' }, { dryRun: true }, context)
    const [sent] = api.received
    expect(sent?.url.pathname).toBe('/api/v1/namespaces/shop/pods/web/eviction')
    expect(sent?.body).toMatchObject({
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: where,
      deleteOptions: { preconditions: { uid: 'u1', resourceVersion: '7' }, dryRun: ['All'] },
    })
  })

  test('a new object goes to the list of its kind, as it is', async () => {
    await using api = await fakeApiServer(() => ({ status: 201, body: pod }))
    await api.client.create(report, { executionId: 'exe_1', dryRun: true }, context)
    const [{ method, url, headers, body } = {}] = api.received
    expect([method, url?.pathname, body]).toEqual(['POST', '/apis/batch/v1/namespaces/shop/jobs', report])
    expect(url?.searchParams.toString()).toBe('fieldManager=mendkit&dryRun=All')
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringContaining('exe_1'),
    })
  })

  test.each(['..', '.', 'a/b', 'a%2Fb', ''])('a name like %j never leaves the house', async (name) => {
    await using api = await fakeApiServer(() => ({ body: pod }))
    expect((await failure(api.client.get({ ...reference, name }, context))).code).toBe('invalid')
    expect((await failure(api.client.get({ ...reference, namespace: name }, context))).code).toBe('invalid')
    const made = { ...report, metadata: { name, namespace: 'shop' } }
    expect((await failure(api.client.create(made, {}, context))).code).toBe('invalid')
    expect(api.received).toEqual([])
  })

  test('a question mark stays part of a name', async () => {
    await using api = await fakeApiServer(() => ({ body: pod }))
    await api.client.get({ ...reference, name: 'web?watch=1' }, context)
    expect(api.received[0]?.url.pathname).toBe('/api/v1/namespaces/shop/pods/web%3Fwatch%3D1')
  })

  test('an execution id that could break out of a header is refused', async () => {
    await using api = await fakeApiServer(() => ({ body: pod }))
    const error = await failure(api.client.patch(reference, annotate, { executionId: 'a\r\nx: y' }, context))
    expect([error.code, error.path]).toEqual(['invalid', 'executionId'])
  })
})

describe('what comes back', () => {
  test('passes through what nobody knows yet', async () => {
    await using api = await fakeApiServer(() => ({ body: pod }))
    expect(await api.client.get(reference, context)).toEqual(pod)
  })

  test('a list is read page by page, with the kind put back on its items', async () => {
    const { apiVersion: _, kind: __, ...item } = pod
    const page = (more?: string) => ({
      body: { metadata: { resourceVersion: '9', ...(more && { continue: more }) }, items: [item] },
    })
    await using api = await fakeApiServer((_request, index) => page(index === 0 ? 'next/page=' : undefined))
    const list = await api.client.list({ apiVersion: 'v1', kind: 'Pod', labelSelector: 'app in (a,b)' }, context)
    expect(list).toEqual({ items: [pod, pod], resourceVersion: '9', truncated: false })
    expect(api.received.map(({ url }) => url.searchParams.get('continue'))).toEqual([null, 'next/page='])
    expect(api.received[0]?.url.searchParams.get('labelSelector')).toBe('app in (a,b)')
  })

  test('a list whose page has expired starts again, and gives up when that goes on', async () => {
    const { apiVersion: _, kind: __, ...item } = pod
    const body = { metadata: { resourceVersion: '9' }, items: [item] }
    const first = { body: { ...body, metadata: { ...body.metadata, continue: 'x' } } }
    await using api = await fakeApiServer(
      (_request, index) => [first, status(410, 'Expired'), { body }][index] ?? { body },
    )
    expect((await api.client.list({ apiVersion: 'v1', kind: 'Pod' }, context)).items).toHaveLength(1)
    await using never = await fakeApiServer(() => status(410, 'Expired'))
    const error = await failure(never.client.list({ apiVersion: 'v1', kind: 'Pod' }, context))
    expect([error.code, error.status, failureOf(error)?.reason]).toEqual(['conflict', 410, 'Expired'])
  })

  test.each([
    ['not JSON', { raw: '<html>login</html>' }],
    ['of another form', { body: { kind: 'Pod', metadata: { name: 7 } } }],
  ])('an answer that is %s is a bad response', async (_, answer) => {
    await using api = await fakeApiServer(() => answer)
    expect((await failure(api.client.get(reference, context))).code).toBe('bad-response')
    const written = await failure(api.client.patch(reference, annotate, {}, context))
    expect([written.code, failureOf(written)?.effect]).toEqual(['bad-response', 'unknown'])
  })
})

describe('refusals', () => {
  test.each([
    [400, 'BadRequest', 'rejected', 'none'],
    [401, 'Unauthorized', 'rejected', 'none'],
    [403, 'Forbidden', 'rejected', 'none'],
    [404, 'NotFound', 'not-found', 'none'],
    [409, 'Conflict', 'conflict', 'none'],
    [410, 'Gone', 'conflict', 'none'],
    [422, 'Invalid', 'rejected', 'none'],
    [429, 'TooManyRequests', 'unavailable', 'none'],
    [500, 'InternalError', 'unavailable', 'unknown'],
    [503, 'ServiceUnavailable', 'unavailable', 'unknown'],
    [504, 'Timeout', 'unavailable', 'unknown'],
  ] as const)('%s %s of a write is %s, and its effect %s', async (code, reason, expected, effect) => {
    for (const [, write] of writes) {
      await using api = await fakeApiServer(() => status(code, reason))
      const error = await failure(write(api.client))
      expect([error.code, error.status]).toEqual([expected, code])
      expect(failureOf(error)).toMatchObject({ reason, effect })
      const tried = await failure(write(api.client, true))
      expect(failureOf(tried)?.effect).toBe('none')
      expect(api.received).toHaveLength(2)
    }
  })

  test.each([
    [401, /renew the credentials$/],
    [403, /grant this in the role of these credentials$/],
    [404, /check the name, and whether somebody has deleted it$/],
    [409, /read it again$/],
    [410, /start again from a fresh read$/],
    [422, /read it again and compare$/],
    [429, /try again later$/],
    [500, /may have been made, so read the object before trying again$/],
  ] as const)('%s names what was asked for, and what to do', async (code, advice) => {
    await using api = await fakeApiServer(() => status(code, 'Reason'))
    const { message } = await failure(api.client.patch(reference, annotate, {}, context))
    expect(message).toContain(`cannot patch Pod shop/web: Reason, says the server (${code} Reason); `)
    expect(message).toMatch(advice)
  })

  test('say when to come back', async () => {
    await using api = await fakeApiServer(() => ({
      ...status(429, 'TooManyRequests'),
      headers: { 'retry-after': '7' },
    }))
    expect((await failure(api.client.patch(reference, annotate, {}, context))).retryAfterMs).toBe(7000)
  })

  test('name the refused field and not its value', async () => {
    const causes = [{ reason: 'FieldValueInvalid', field: 'spec.env[0].value', message: 'Invalid value: "hunter2"' }]
    const message = 'Pod "web" is invalid: spec.env[0].value: Invalid value: "hunter2"'
    await using api = await fakeApiServer(() => status(422, 'Invalid', { message, details: { causes } }))
    const error = await failure(api.client.patch(reference, annotate, {}, context))
    expect(error.message).toContain('spec.env[0].value: FieldValueInvalid')
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2')
  })

  test('repeat no secret that a webhook told, also in their causes', async () => {
    const message = 'admission webhook "vet" denied the request: password=hunter2hunter2'
    const causes = [{ reason: 'Denied', message: 'the URL was https://robot:hunter2hunter2@vet.example.test' }]
    await using api = await fakeApiServer(() => status(403, 'Forbidden', { message, details: { causes } }))
    const error = await failure(api.client.patch(reference, annotate, {}, context))
    expect(error.message).toContain('admission webhook "vet" denied the request')
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2')
  })

  test('of a proxy, in HTML, still count by their status', async () => {
    await using api = await fakeApiServer(() => ({ status: 403, raw: '<html>no</html>' }))
    expect((await failure(api.client.get(reference, context))).code).toBe('rejected')
  })
})

describe('reads are repeated', () => {
  const answers: readonly (readonly [string, ReturnType<Reply>])[] = [
    ['429', { ...status(429, 'TooManyRequests'), headers: { 'retry-after': '0' } }],
    ['500', status(500, 'InternalError')],
    ['a reset', 'reset'],
    ['half an answer', { body: pod, cut: true }],
  ]
  test.each(answers)('after %s', async (_, first) => {
    await using api = await fakeApiServer((_request, index) => (index === 0 ? first : { body: pod }))
    expect((await api.client.get(reference, context)).metadata.name).toBe('web')
    expect(api.received).toHaveLength(2)
  })

  test('three times at most, and not when the server wants more time than there is', async () => {
    await using api = await fakeApiServer(() => status(503, 'ServiceUnavailable'))
    for (const [, read] of reads) expect((await failure(read(api.client))).code).toBe('unavailable')
    expect(api.received).toHaveLength(3 * reads.length)
    await using slow = await fakeApiServer(() => ({
      ...status(429, 'TooManyRequests'),
      headers: { 'retry-after': '60' },
    }))
    expect((await failure(slow.client.get(reference, context))).retryAfterMs).toBe(60_000)
    expect(slow.received).toHaveLength(1)
  })

  test('but not what was refused', async () => {
    await using api = await fakeApiServer(() => status(403, 'Forbidden'))
    await failure(api.client.get(reference, context))
    expect(api.received).toHaveLength(1)
  })
})

describe('a write whose answer is lost', () => {
  const lost: readonly (readonly [string, ReturnType<Reply>])[] = [
    ['the connection is reset', 'reset'],
    ['the answer breaks off', { body: pod, cut: true }],
    ['no answer comes', 'hang'],
  ]
  test.each(lost)('has an unknown effect when %s, and is not repeated', async (_, answer) => {
    for (const [, write] of writes) {
      await using api = await fakeApiServer(() => answer, { deadlineMs: 300 })
      const error = await failure(write(api.client))
      expect([error.code, failureOf(error)?.effect]).toEqual(['unavailable', 'unknown'])
      expect(error.message).toContain('read the object before trying again')
      expect(api.received).toHaveLength(1)
      expect(failureOf(await failure(write(api.client, true)))?.effect).toBe('none')
    }
  })

  test('certainly had none when there was no connection', async () => {
    const api = await fakeApiServer(() => ({ body: pod }))
    await api[Symbol.asyncDispose]()
    for (const [, write] of writes) {
      const error = await failure(write(api.client))
      expect([error.code, failureOf(error)?.effect]).toEqual(['unavailable', 'none'])
      expect(error.message).toContain('ECONNREFUSED')
    }
  })
})

describe('an abort', () => {
  test('comes through as it is, before and while a call is under way', async () => {
    await using api = await fakeApiServer(() => 'hang')
    for (const [, call] of [...reads, ...writes]) {
      const stop = new AbortController()
      const reason = new Error('shutting down')
      const before = api.received.length
      const running = call(withSignal(api.client, stop.signal))
      await expect.poll(() => api.received.length).toBe(before + 1)
      stop.abort(reason)
      await expect(running).rejects.toBe(reason)
      await expect(call(withSignal(api.client, stop.signal))).rejects.toBe(reason)
      expect(api.received).toHaveLength(before + 1)
    }
  })

  test('ends the wait before a repeat', async () => {
    await using api = await fakeApiServer(() => ({
      ...status(429, 'TooManyRequests'),
      headers: { 'retry-after': '5' },
    }))
    const stop = new AbortController()
    const running = api.client.get(reference, callContext({ signal: stop.signal }))
    await expect.poll(() => api.received.length).toBe(1)
    const reason = new Error('shutting down')
    stop.abort(reason)
    await expect(running).rejects.toBe(reason)
  })

  /** The same client with every call under another signal. */
  function withSignal(client: KubernetesClient, signal: AbortSignal): KubernetesClient {
    const other = callContext({ signal })
    return {
      ...client,
      get: (ref) => client.get(ref, other),
      list: (selection) => client.list(selection, other),
      podLogs: (where, options) => client.podLogs(where, options, other),
      can: (question) => client.can(question, other),
      create: (object, options) => client.create(object, options, other),
      patch: (ref, patch, options) => client.patch(ref, patch, options, other),
      delete: (ref, preconditions, options) => client.delete(ref, preconditions, options, other),
      evict: (where, preconditions, options) => client.evict(where, preconditions, options, other),
    }
  }
})

describe('a credential plugin that hangs', () => {
  function hanging() {
    const config = configFor('http://127.0.0.1:9')
    config.applyToHTTPSOptions = () => new Promise(() => undefined)
    return config
  }

  test('costs no more than the deadline', async () => {
    const error = await failure(
      kubernetesClient({ config: hanging(), deadlineMs: 50 }).patch(reference, annotate, {}, context),
    )
    expect([error.code, failureOf(error)?.effect]).toEqual(['unavailable', 'none'])
  })

  test('can be aborted', async () => {
    const stop = new AbortController()
    const running = kubernetesClient({ config: hanging() }).get(reference, callContext({ signal: stop.signal }))
    const reason = new Error('shutting down')
    stop.abort(reason)
    await expect(running).rejects.toBe(reason)
  })
})

describe('options', () => {
  test.each([
    [{ deadlineMs: 0 }, 'deadlineMs'],
    [{ context: '' }, 'context'],
    [{ config: {} }, 'config'],
    [{ url: 'https://x' }, 'url'],
    [{ kubeconfig: 'x', inCluster: true }, 'inCluster'],
  ])('%j is refused by name', (options, path) => {
    expect(() => kubernetesClient(options as object)).toThrow(expect.objectContaining({ code: 'config', path }))
  })

  test.each([
    ['https://user:pa55word@127.0.0.1:1', /put credentials/],
    ['http://', /names no usable server/],
    ['nonsense', /names no usable server/],
  ])('a kubeconfig with server %j is refused without showing a password', async (server, because) => {
    const error = await failure(kubernetesClient({ config: configFor(server) }).get(reference, context))
    expect(error.code).toBe('config')
    expect(error.message).toMatch(because)
    expect(inspect(error, { depth: 9 })).not.toContain('pa55word')
  })

  test('a kubeconfig that is not there, or has no such context, is named', async () => {
    const absent = await failure(kubernetesClient({ kubeconfig: '/nowhere/config' }).get(reference, context))
    expect([absent.code, absent.message]).toEqual(['config', expect.stringContaining('/nowhere/config (ENOENT)')])
  })
})
