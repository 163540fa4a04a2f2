import type { ChangeInput, Principal, Resource } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { composeHost, openHost } from './support/host.ts'

const checkout: Resource = {
  cluster: 'default',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'checkout',
}
const alice: Principal = { id: 'alice', roles: [], tenant: 'acme', via: 'oidc' }

test('a change is kept for the tenant of who told of it, with an entry in its log', async () => {
  const { mendkit, store, clock } = composeHost()
  const ctx = { signal: new AbortController().signal, log: mendkit as never }
  const change = await mendkit
    .as(alice)
    .recordChange({ kind: 'deployment', resource: checkout, labels: { team: 'pay' } })
  expect(change).toMatchObject({ tenant: 'acme', kind: 'deployment', at: clock.now(), resource: checkout })
  expect(await store.get('change', 'acme', change.id, ctx)).toMatchObject({ labels: { team: 'pay' }, state: 'new' })
  expect(await store.get('change', 'default', change.id, ctx)).toBeUndefined()
  const [entry] = await mendkit.as(alice).audit.read()
  expect(JSON.parse(new TextDecoder().decode(entry?.bytes))).toMatchObject({
    type: 'change-recorded',
    actor: { kind: 'principal', id: 'alice', via: 'oidc' },
    data: { change: change.id, kind: 'deployment', resource: checkout },
  })
  await mendkit.close()
})

test('it is dated as told, with its offset', async () => {
  const { mendkit } = composeHost()
  const change = await mendkit.recordChange({ kind: 'flag', labels: { a: 'b' }, at: '2026-01-01T02:00:00+02:00' })
  expect(change.at).toBe(Date.UTC(2026, 0, 1))
  await mendkit.close()
})

test('who made it and where it is described are redacted', async () => {
  const { mendkit } = composeHost()
  const change = await mendkit.recordChange({
    kind: 'flag',
    labels: { a: 'b' },
    by: 'bot with password=hunter2hunter2',
    url: 'https://user:hunter2hunter2@git/pull/7',
  })
  expect(change.by).toContain('bot with')
  expect(change.url).toContain('/pull/7')
  expect(JSON.stringify(change)).not.toContain('hunter2hunter2')
  await mendkit.close()
})

const bad: readonly (readonly [string, unknown, string])[] = [
  ['of no kind', { labels: { a: 'b' } }, 'change.kind'],
  ['whose kind is prose', { kind: 'deploy with password=hunter2', labels: { a: 'b' } }, 'change.kind'],
  ['about nothing', { kind: 'flag' }, 'change.resource'],
  ['with empty labels', { kind: 'flag', labels: {} }, 'change.resource'],
  ['at a time that is none', { kind: 'flag', labels: { a: 'b' }, at: 'yesterday' }, 'change.at'],
  ['with a resource without a name', { kind: 'flag', resource: { ...checkout, name: '' } }, 'change.resource.name'],
  ['with a label that is no text', { kind: 'flag', labels: { a: 1 } }, 'change.labels.a'],
  ['with an address of 5,000 characters', { kind: 'flag', labels: { a: 'b' }, url: 'x'.repeat(5_000) }, 'change.url'],
  ['that is no object', 'deployment', 'change'],
]

describe('nothing is written for a change', () => {
  test.each(bad)('%s', async (_, input, path) => {
    const host = await openHost()
    const before = await host.entries()
    await expect(host.mendkit.recordChange(input as ChangeInput)).rejects.toMatchObject({
      code: 'invalid',
      path,
      message: expect.stringContaining(path),
    })
    expect(await host.entries()).toEqual(before)
    await host.stop()
  })
})
