import { defineEvidence, defineTool, type EvidenceSource } from '@mendkit/core'
import { z } from 'zod'
import { tolerated } from './error-detector.ts'
import type { FlagService } from './flag-service.ts'
import { checkout, flagResource } from './resources.ts'
import type { Shop } from './shop.ts'

const recentMs = 30 * 60_000

/** Which flags were switched on lately, and how the checkout fares. */
export function flagEvidence(flags: FlagService, shop: Shop): EvidenceSource {
  const recent = defineTool({
    name: 'flags.recent',
    description: 'Flags that were switched within the last half hour.',
    input: z.strictObject({}),
    read: () => {
      const switched = flags.list().filter(({ switchedAt }) => Date.now() - switchedAt < recentMs)
      return {
        facts: switched.flatMap((flag) => {
          const resource = flagResource(flag)
          const observedAt = new Date(flag.switchedAt).toISOString()
          return [
            { name: 'flag.on', kind: 'status', value: flag.on, resource },
            { name: 'flag.switched', kind: 'change', value: observedAt, resource, observedAt },
          ] as const
        }),
        text: switched.map(({ name, on, writtenBy }) => `${name} ${on ? 'on' : 'off'} by ${writtenBy}`).join('\n'),
      }
    },
  })
  const errors = defineTool({
    name: 'checkout.errors',
    description: 'The error rate of the checkout.',
    input: z.strictObject({}),
    read: () => ({
      facts: [{ name: 'checkout.failing', kind: 'metric', value: shop.errorRate() > tolerated, resource: checkout }],
      resource: checkout,
    }),
  })
  return defineEvidence({
    id: 'flags',
    tools: [recent, errors],
    gather: () => [recent, errors].map(({ name }) => ({ tool: name, input: {} })),
  })
}
