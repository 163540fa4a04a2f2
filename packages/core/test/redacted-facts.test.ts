import { defineRule } from '@mendkit/core'
import { expect, test } from 'vitest'
import { freshWorld, openShop, setFlag } from './support/shop.ts'

test('a fact that quotes a secret is kept without it, and still holds when it is read again before the effect', async () => {
  const secret = 'hunter2hunter2'
  const read = async () => ({
    facts: [{ name: 'args', kind: 'spec' as const, value: `serve --password=${secret}` }],
  })
  const tool = { name: 'mine.read', description: '', input: setFlag(freshWorld()).params, read }
  const gather = async () => [{ tool: 'mine.read', input: {} }]
  const rule = defineRule({
    id: 'all',
    description: 'cites everything',
    match: ({ facts }) => {
      const actions = [{ type: 'shop.set-flag', params: { on: false } }]
      return { seen: facts, cause: 'args', summary: 'wrong arguments', actions }
    },
  })
  const shop = openShop({
    rules: [rule],
    integrations: [{ evidence: [{ spec: 1, id: 'mine', tools: [tool], gather }] }],
  })
  await shop.fire()
  await shop.until('verifying')
  const story = await shop.mendkit.incidents.timeline((await shop.incident()).id)
  const cited = story.diagnoses.flatMap(({ hypotheses }) => hypotheses.flatMap(({ citations }) => citations))
  expect(cited.map(({ fact }) => fact?.name)).toContain('args')
  expect(JSON.stringify(story)).not.toContain(secret)
  await shop.stop()
})
