import { memoryStore, systemClock } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { expect, test } from 'vitest'

test.each([
  [{ list: [1, { a: Number.NaN }] }, 'value.list[1].a', 'must be a finite number'],
  [[['fine'], ['fine', '\uD800']], 'value[1][1]', 'must be well-formed text'],
  [{ when: new Date(0) }, 'value.when', 'must be JSON'],
])('a change whose row holds no JSON is refused with the place of it', async (value, path, because) => {
  const store = memoryStore()
  await store.open({ clock: systemClock }, callContext())
  const row = { tenant: 'default', id: 'odd', revision: 0, value: value as never }
  const change = {
    tenant: 'default',
    expect: [],
    put: [{ kind: 'document', table: 'setting', row }],
    audit: [],
  } as const
  const refused = store.commit(change, callContext())
  await expect(refused).rejects.toMatchObject({ code: 'invalid', path: `put[0].row.${path}` })
  await expect(refused).rejects.toThrow(because)
})
