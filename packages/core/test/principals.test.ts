import { type Principal, sse } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { composeHost } from './support/host.ts'

const ann: Principal = { id: 'ann', roles: ['approver'], tenant: 'acme', via: 'oidc' }

function batch(at: number) {
  const asOf = new Date(at).toISOString()
  return { source: 'am', complete: false, asOf, alerts: [{ labels: { alertname: 'Broken' }, startsAt: asOf }] }
}

describe('a face that is bound to a principal', () => {
  test('takes alerts for its own tenant only, named or not', async () => {
    const { mendkit, clock } = composeHost()
    const face = mendkit.as(ann)
    await face.ingest(batch(clock.now()))
    await face.ingest(batch(clock.now()), { tenant: 'acme' })
    await expect(face.ingest(batch(clock.now()), { tenant: 'other' })).rejects.toMatchObject({
      code: 'forbidden',
      path: 'tenant',
      message: expect.stringContaining('ann of tenant acme may not ingest for tenant other'),
    })
    expect(await mendkit.as({ ...ann, tenant: 'other' }).audit.read()).toEqual([])
    expect(await face.audit.read()).toHaveLength(1)
    await mendkit.close()
  })

  test('keeps what it was bound to, whatever becomes of the object', async () => {
    const { mendkit, clock } = composeHost()
    const mutable = { ...ann }
    const face = mendkit.as(mutable)
    mutable.tenant = 'other'
    await face.ingest(batch(clock.now()))
    expect(await mendkit.as(ann).audit.read()).toHaveLength(1)
    await mendkit.close()
  })
})

test('the face of the host takes alerts for any tenant, as a webhook for several of them does', async () => {
  const { mendkit, clock } = composeHost()
  await mendkit.ingest(batch(clock.now()), { tenant: 'acme' })
  await mendkit.ingest(batch(clock.now()))
  expect(await mendkit.as(ann).audit.read()).toHaveLength(1)
  expect(await mendkit.audit.read()).toHaveLength(1)
  await mendkit.close()
})

const bad: readonly (readonly [string, object, string])[] = [
  ['no tenant', { id: 'x', roles: [], via: 'oidc' }, 'tenant'],
  ['an empty tenant', { ...ann, tenant: '' }, 'tenant'],
  ['no id', { ...ann, id: undefined }, 'id'],
  ['roles that are a text', { ...ann, roles: 'approver' }, 'roles'],
  ['no way that it was learnt', { ...ann, via: '' }, 'via'],
]

describe('a principal is refused with', () => {
  test.each(bad)('%s', async (_, principal, field) => {
    const { mendkit } = composeHost()
    const path = `principal.${field}`
    expect(() => mendkit.as(principal as Principal)).toThrow(expect.objectContaining({ code: 'invalid', path }))
    const answer = { by: principal as Principal, digest: 'd' }
    await expect(mendkit.approvals.approve('apr_1', answer)).rejects.toMatchObject({
      code: 'invalid',
      path: `by.${field}`,
    })
    const word = { by: principal as Principal, outcome: 'applied', because: 'I looked' } as const
    await expect(mendkit.executions.settle('exe_1', word)).rejects.toMatchObject({
      code: 'invalid',
      path: `by.${field}`,
    })
    await mendkit.close()
  })
})

test('an event stream whose host answers with no principal fails at the server, not at the client', async () => {
  const { mendkit } = composeHost()
  const handler = sse(mendkit, { authenticate: () => ({ id: 'ann' }) as Principal })
  await expect(handler(new Request('http://host/events'))).rejects.toMatchObject({ code: 'invalid' })
  await mendkit.close()
})
