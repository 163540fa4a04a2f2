import { type Analyzer, type EvidenceSource, type Integration, ruleAnalyzer } from '@mendkit/core'
import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { openHost } from './support/host.ts'

/** An analyzer that takes note of the tools that it is told of. */
function listening() {
  const told: (readonly string[])[] = []
  const analyzer: Analyzer = {
    spec: 1,
    id: 'listening',
    analyze: async ({ tools }) => {
      told.push(tools.map(({ name }) => name))
      return { hypotheses: [], actions: [] }
    },
  }
  return { told, analyzer }
}

function source(isOffered: Readonly<Record<string, (() => boolean) | undefined>>, gather = async () => undefined) {
  const tools = Object.entries(isOffered).map(([name, offered]) => ({
    name,
    description: 'reads',
    input: z.object({}),
    read: async () => ({ facts: [] }),
    ...(offered && { isOffered: offered }),
  }))
  const made: EvidenceSource = {
    spec: 1,
    id: 'changing',
    tools,
    gather: async () => {
      await gather()
      return []
    },
  }
  return made
}

test('analyzers are told of the tools that are offered after everything was gathered', async () => {
  const { told, analyzer } = listening()
  let isThere = false
  const evidence = source(
    {
      'a.always': undefined,
      'a.there': () => isThere,
      'a.away': () => false,
      'a.broken': () => {
        throw new Error('no idea')
      },
    },
    async () => {
      isThere = true
    },
  )
  const host = await openHost({ integrations: [{ evidence: [evidence] }], analyzers: [analyzer, ruleAnalyzer([])] })
  await host.alert()
  for (let step = 0; step < 60 && told.length === 0; step += 1) await host.clock.advance(1_000)
  expect(told[0]).toEqual(['a.always', 'a.there'])
  expect(host.logged.join('\n')).toContain('tool a.broken could not say whether it is offered: no idea')
  await host.stop()
})

test('integrations end what they hold when the engine closes, each once, whatever the others do', async () => {
  const ended = vi.fn(async () => undefined)
  const failing: Integration = { close: () => Promise.reject(new Error('the socket is stuck')) }
  const host = await openHost({ integrations: [failing, { close: ended }, {}] })
  await host.stop()
  await host.mendkit.close()
  expect(ended).toHaveBeenCalledTimes(1)
  expect(host.logged.join('\n')).toContain('integrations.0.close failed: the socket is stuck')
})

test('an integration that never ends keeps the engine from closing for ten seconds at most', async () => {
  const host = await openHost({ integrations: [{ close: () => new Promise(() => undefined) }] })
  const done = vi.fn()
  const stopping = host.stop().then(done)
  for (let step = 0; step < 5; step += 1) await host.clock.advance(1_000)
  expect(done).not.toHaveBeenCalled()
  for (let step = 0; step < 20; step += 1) await host.clock.advance(1_000)
  await stopping
  expect(host.logged.join('\n')).toContain('integrations.0.close did not answer within 10000 ms')
})
