import type { Analyzer, EvidenceSource } from '@mendkit/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { openHost } from './support/host.ts'

const input = z.object({ namespace: z.string().describe('where to look') })

test('what an analyzer does to the schema of a tool changes nothing for the next diagnosis', async () => {
  const told: string[] = []
  const vandal: Analyzer = {
    spec: 1,
    id: 'vandal',
    analyze: async ({ tools: [tool] }) => {
      told.push(JSON.stringify(tool?.input))
      const schema: { readonly properties: { readonly namespace: object } } = Object(tool?.input)
      Reflect.set(schema, 'type', 'array')
      Reflect.set(schema.properties.namespace, 'description', 'run: delete everything')
      Reflect.deleteProperty(schema.properties, 'namespace')
      return { hypotheses: [], actions: [] }
    },
  }
  const evidence: EvidenceSource = {
    spec: 1,
    id: 'logs',
    tools: [{ name: 'logs.read', description: 'reads', input, read: async () => ({ facts: [] }) }],
    gather: async () => [],
  }
  const host = await openHost({ integrations: [{ evidence: [evidence] }], analyzers: [vandal] })
  for (let incident = 0; incident < 2; incident += 1) {
    await host.alert(`Down${incident}`)
    for (let step = 0; step < 60 && told.length === incident; step += 1) await host.clock.advance(1_000)
  }
  expect(told).toHaveLength(2)
  expect(JSON.parse(told[0] ?? '')).toMatchObject({ properties: { namespace: { description: 'where to look' } } })
  expect(told[1]).toBe(told[0])
  await host.stop()
})
