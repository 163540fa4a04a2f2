import { approvalHandler, definePolicy, type Principal } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { formTokens } from '../src/engine/approval-page/form-token.ts'
import { ann, openSite, pageAddress } from './support/approval-page.ts'
import { freshWorld, setFlag } from './support/shop.ts'

const eve: Principal = { id: 'eve', roles: [], tenant: 'default', via: 'oidc' }
const stranger: Principal = { ...ann, tenant: 'other' }

function tokenIn(page: string): string {
  const token = /name="token" value="(\w+)"/.exec(page)?.[1]
  if (token === undefined) throw new Error('the page has no form')
  return token
}

describe('the page', () => {
  test('lists what waits, and shows the difference, the facts, the voices and who must answer', async () => {
    const { shop, get, question } = await openSite()
    const { id, digest } = await question()
    const list = await get()
    expect(list.response.status).toBe(200)
    expect(list.html).toContain(
      `<a href="?approval=${id}"><code>shop.set-flag</code> on <code>Flag shop/checkout</code>`,
    )
    const { html } = await get(`?approval=${id}`)
    for (const part of [
      '<del>- on: true</del><ins>+ on: false</ins>',
      '<code>flag.on</code> = <code>true</code> on <code>Flag shop/checkout</code>',
      '<code>bad-flag</code> in <code>Flag shop/checkout</code>',
      'the checkout flag broke the shop',
      'autonomy is approve here',
      '1 object, at most 1 replica down at once: <code>Flag shop/checkout</code>',
      'Mendkit, by itself',
      '<dt>Still missing</dt><dd>1 of <code>approver</code></dd>',
      'in 30 min',
      `<code>${digest}</code>`,
      'Nobody has answered yet.',
    ]) {
      expect(html).toContain(part)
    }
    await shop.stop()
  })

  test('is only for its own tenant: of another one it looks as if there were nothing', async () => {
    const site = await openSite()
    const { query } = await site.question()
    site.by = stranger
    expect((await site.get()).html).toContain('Nothing waits for an answer.')
    const foreign = await site.get(query)
    const unknown = await site.get('?approval=apr_never')
    expect([foreign.response.status, unknown.response.status]).toEqual([404, 404])
    expect(foreign.html).toBe(unknown.html)
    await site.shop.stop()
  })

  test.each(['', '?approval=apr_1'])('asks who it is first, at "%s"', async (query) => {
    const nobody = await openSite({}, { authenticate: () => undefined })
    expect((await nobody.get(query)).response.status).toBe(401)
    await nobody.shop.stop()
    const login = new Response(null, { status: 302, headers: { location: 'https://login.example.com' } })
    const elsewhere = await openSite({}, { authenticate: async () => login })
    expect((await elsewhere.get(query)).response).toBe(login)
    await elsewhere.shop.stop()
  })

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('does not know %s', async (method) => {
    const { handler, shop } = await openSite()
    const response = await handler(new Request(pageAddress, { method }))
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST')
    await shop.stop()
  })

  test('cannot be framed, kept or sniffed, and runs nothing, whatever it answers', async () => {
    const { handler, get, question, submit, shop } = await openSite()
    const { query } = await question()
    const answers = [
      (await get()).response,
      (await get(query)).response,
      (await get('?approval=none')).response,
      await submit(query, { fields: { answer: 'approve', token: 'x' } }),
      await handler(new Request(pageAddress, { method: 'PUT' })),
      await submit(query, { fields: { answer: 'approve' } }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 403, 405, 303])
    for (const { headers } of answers) {
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy.split('; ')).toEqual([
        "default-src 'none'",
        expect.stringMatching(/^style-src 'sha256-[\w+/=]{44}'$/),
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ])
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('x-frame-options')).toBe('DENY')
    }
    await shop.stop()
  })

  test('answers HEAD as GET, without the page', async () => {
    const { handler, shop } = await openSite()
    const response = await handler(new Request(pageAddress, { method: 'HEAD' }))
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
    await shop.stop()
  })
})

describe('an answer', () => {
  test('is taken from the form, for the digest that was shown, and the page is shown again', async () => {
    const { shop, submit, question, get } = await openSite()
    const { id, query } = await question()
    shop.gate.at = 'awaiting-approval'
    const response = await submit(query, { fields: { answer: 'approve', because: 'looks <right>' } })
    expect(response.status).toBe(303)
    expect(new URL(response.headers.get('location') ?? '', `${pageAddress}${query}`).href).toBe(
      `${pageAddress}${query}`,
    )
    const { html } = await get(query)
    expect(html).toContain('<bdi>ann</bdi> (via <bdi>oidc</bdi>) asked to approve')
    expect(html).not.toContain('<form')
    shop.gate.at = undefined
    await shop.until('verifying')
    expect(shop.world.effects).toHaveLength(1)
    expect(await shop.mendkit.approvals.get(id)).toMatchObject({ state: 'used', answers: [{ by: ann }] })
    const after = await get(query)
    expect(after.html).toContain('looks &lt;right&gt;')
    expect(after.html).not.toContain('<form')
    await shop.stop()
  })

  test('that rejects needs a reason, and hands the incident over', async () => {
    const { shop, submit, question } = await openSite()
    const { query } = await question()
    const refused = await submit(query, { fields: { answer: 'reject', because: ' ' } })
    expect(refused.status).toBe(400)
    expect(await refused.text()).toContain('say why')
    expect((await submit(query, { fields: { answer: 'reject', because: 'not now' } })).status).toBe(303)
    await shop.until('handed-over')
    await shop.stop()
  })

  test('is never given by looking: a link that is followed for a preview changes nothing', async () => {
    const { shop, get, question, submit, handler } = await openSite()
    const { query, digest } = await question()
    const token = tokenIn((await get(query)).html)
    for (const method of ['GET', 'HEAD']) {
      const fields = new URLSearchParams({ answer: 'approve', digest, token })
      await handler(new Request(`${pageAddress}${query}&${fields}`, { method }))
    }
    await shop.clock.advance(10_000)
    expect(await shop.phase()).toBe('awaiting-approval')
    expect((await submit(query, { fields: { answer: 'approve' } })).status).toBe(303)
    await shop.stop()
  })

  test.each<[string, Parameters<Awaited<ReturnType<typeof openSite>>['submit']>[1], number]>([
    ['without a token', { fields: { token: undefined } }, 400],
    ['with a token that is none', { fields: { token: 'f'.repeat(64) } }, 403],
    ['with a longer token', { fields: { token: 'f'.repeat(65) } }, 403],
    ['from another site', { fields: {}, headers: { origin: 'https://evil.example.com' } }, 403],
    ['from a page without an origin', { fields: {}, headers: { origin: 'null' } }, 403],
    ['across sites', { fields: {}, headers: { 'sec-fetch-site': 'cross-site' } }, 403],
    ['from a neighbour', { fields: {}, headers: { 'sec-fetch-site': 'same-site' } }, 403],
    ['typed into the address bar', { fields: {}, headers: { 'sec-fetch-site': 'none' } }, 403],
    ['for something else than was shown', { fields: { digest: 'another' } }, 409],
    ['with an answer that is none', { fields: { answer: 'perhaps' } }, 400],
    ['as JSON', { fields: {}, headers: { 'content-type': 'application/json' } }, 415],
    ['as a file', { fields: {}, headers: { 'content-type': 'multipart/form-data; boundary=x' } }, 415],
    ['without a type', { fields: {}, headers: { 'content-type': undefined }, body: new Blob(['x']) }, 415],
    ['that is too long', { fields: { because: 'x'.repeat(40_000) } }, 413],
    ['whose words are too long', { fields: { because: 'x'.repeat(2_001) } }, 400],
  ])('is not taken %s', async (_what, { fields, ...more }, status) => {
    const { shop, submit, question } = await openSite()
    const { query } = await question()
    const response = await submit(query, { fields: { answer: 'approve', ...fields }, ...more })
    expect(response.status).toBe(status)
    await shop.clock.advance(10_000)
    expect(await shop.phase()).toBe('awaiting-approval')
    expect((await submit(query, { fields: { answer: 'approve' } })).status).toBe(303)
    await shop.stop()
  })

  test('that never ends is not read to the end', async () => {
    const { shop, submit, question, handler } = await openSite()
    const { query } = await question()
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1
        controller.enqueue(new TextEncoder().encode('x'.repeat(1_000)))
      },
    })
    const request = new Request(`${pageAddress}${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
      duplex: 'half',
    } as RequestInit)
    expect((await handler(request)).status).toBe(413)
    expect(sent).toBeLessThan(40)
    expect((await submit(query, { fields: { answer: 'approve' } })).status).toBe(303)
    await shop.stop()
  })

  test('is not taken with the token of somebody else, of another way in, or of another question', async () => {
    const site = await openSite()
    const { query } = await site.question()
    const tokenOf = async (by: Principal) => {
      site.by = by
      return tokenIn((await site.get(query)).html)
    }
    const own = await tokenOf(ann)
    const others = [await tokenOf({ ...ann, id: 'bob' }), await tokenOf({ ...ann, via: 'slack' })]
    site.by = ann
    for (const token of others) {
      expect(token).not.toBe(own)
      expect((await site.submit(query, { fields: { answer: 'approve', token } })).status).toBe(403)
    }
    await site.shop.mendkit.approvals.reject((await site.question()).id, {
      by: ann,
      digest: (await site.question()).digest,
      because: 'again',
    })
    await site.shop.until('handed-over')
    await site.shop.mendkit.as(eve).incidents.diagnose((await site.shop.incident()).id)
    await site.shop.until('awaiting-approval')
    const second = await site.question()
    expect((await site.submit(second.query, { fields: { answer: 'approve', token: own } })).status).toBe(403)
    expect((await site.submit(second.query, { fields: { answer: 'approve' } })).status).toBe(303)
    await site.shop.stop()
  })

  test('is taken from a browser that says neither origin nor site: the token tells', async () => {
    const { shop, submit, question } = await openSite()
    const { query } = await question()
    const headers = { origin: undefined, 'sec-fetch-site': undefined }
    expect((await submit(query, { fields: { answer: 'approve', token: 'x' }, headers })).status).toBe(403)
    expect((await submit(query, { fields: { answer: 'approve' }, headers })).status).toBe(303)
    await shop.stop()
  })

  test('is taken behind a proxy that took TLS away, or changed the host if that was said', async () => {
    const { shop, submit, question } = await openSite()
    const { query } = await question()
    const headers = { origin: 'http://ops.example.com' }
    expect((await submit(query, { fields: { answer: 'approve' }, headers })).status).toBe(303)
    await shop.stop()
    const proxied = await openSite({}, { origin: 'https://people.example.com' })
    const asked = await proxied.question()
    const approve = { fields: { answer: 'approve' } }
    expect((await proxied.submit(asked.query, approve)).status).toBe(403)
    const seen = { origin: 'https://people.example.com' }
    expect((await proxied.submit(asked.query, { ...approve, headers: seen })).status).toBe(303)
    await proxied.shop.stop()
  })

  test('counts at every process that shares the key, and at no other', async () => {
    const key = 'a key of forty characters, shared by two'
    const { shop, get, question } = await openSite({}, { key })
    const { query, digest } = await question()
    const token = tokenIn((await get(query)).html)
    const post = (handler: (request: Request) => Promise<Response>) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const body = new URLSearchParams({ answer: 'approve', digest, token }).toString()
      return handler(new Request(`${pageAddress}${query}`, { method: 'POST', headers, body }))
    }
    const options = { authenticate: () => ann, clock: shop.clock }
    const fresh = async () => (await approvalHandler(shop.mendkit, options)(new Request(pageAddress + query))).text()
    expect(tokenIn(await fresh())).not.toBe(tokenIn(await fresh()))
    expect((await post(approvalHandler(shop.mendkit, options))).status).toBe(403)
    expect((await post(approvalHandler(shop.mendkit, { ...options, key: `${key}!` }))).status).toBe(403)
    expect((await post(approvalHandler(shop.mendkit, { ...options, key }))).status).toBe(303)
    await shop.stop()
  })
})

describe('who may not answer', () => {
  test('sees why, and no form; a form made by hand is refused', async () => {
    const site = await openSite()
    const { query, id, digest } = await site.question()
    site.by = eve
    const { html } = await site.get(query)
    expect(html).toContain('eve is none of approver')
    expect(html).not.toContain('<form')
    const key = 'a key that the test knows, 32 characters'
    const authenticate = () => eve
    const handler = approvalHandler(site.shop.mendkit, { authenticate, clock: site.shop.clock, key })
    const body = new URLSearchParams({ answer: 'approve', digest, token: formTokens(key).of(eve, id) })
    const request = new Request(`${pageAddress}${query}`, { method: 'POST', body })
    const response = await handler(request)
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('eve is none of approver')
    await site.shop.stop()
  })

  test('is who approved already: the page says who is missing, and takes only a rejection', async () => {
    const ask = definePolicy({ id: 'two', decide: () => ({ kind: 'ask', because: 'two', quorum: 2 }) })
    const { shop, submit, get, question } = await openSite({ policies: [ask] })
    const { query } = await question()
    await submit(query, { fields: { answer: 'approve', because: 'fine by me' } })
    await shop.clock.advance(3_000)
    const { html } = await get(query)
    expect(html).toContain('<dt>Still missing</dt><dd>1 of <code>approver</code></dd>')
    expect(html).toContain('fine by me')
    expect(html).toContain('ann has approved')
    expect(html).not.toContain('value="approve"')
    expect(html).toContain('value="reject"')
    await shop.stop()
  })

  test('is anybody once it has expired', async () => {
    const { shop, get, question } = await openSite()
    const { id, query } = await question()
    shop.gate.at = 'awaiting-approval'
    await shop.clock.advance(1_800_000)
    const { html } = await get(query)
    expect(html).toContain('It has expired')
    expect(html).not.toContain('<form')
    shop.gate.at = undefined
    await shop.until('escalated')
    expect((await get(`?approval=${id}`)).html).toContain('Not enough people answered in time')
    await shop.stop()
  })
})

test('a proof is asked for and passed on where the host wants one for high risk', async () => {
  const world = freshWorld()
  const reauthenticate = ({ proof }: { readonly proof?: string }) => proof === '314159'
  const ask = definePolicy({ id: 'ask', decide: () => ({ kind: 'ask', because: 'always' }) })
  const action = { ...setFlag(world), risk: 'high' as const }
  const { shop, submit, get, question } = await openSite({
    world,
    action,
    policies: [ask],
    settings: { reauthenticate },
  })
  const { query } = await question()
  expect((await get(query)).html).toContain('name="proof" type="password"')
  const refused = await submit(query, { fields: { answer: 'approve', proof: '000000' } })
  expect(refused.status).toBe(403)
  expect(await refused.text()).toContain('could not be confirmed')
  expect((await submit(query, { fields: { answer: 'approve', proof: '314159' } })).status).toBe(303)
  await shop.until('verifying')
  await shop.stop()
})

test.each([
  ['authenticate', {}],
  ['key', { authenticate: () => ann, key: 'short' }],
  ['origin', { authenticate: () => ann, origin: 'https://ops.example.com/path' }],
  ['keys', { authenticate: () => ann, keys: [] }],
])('wrong options are refused by name: %s', async (path, options) => {
  const { shop } = await openSite()
  expect(() => approvalHandler(shop.mendkit, options as never)).toThrow(
    expect.objectContaining({ code: 'config', path }),
  )
  await shop.stop()
})
