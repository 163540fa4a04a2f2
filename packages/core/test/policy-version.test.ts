import { definePolicy, MendkitError, type MendkitOptions } from '@mendkit/core'
import { expect, test } from 'vitest'
import { parseAuditEntry } from '../src/audit/parse-entry.ts'
import { createMendkit } from '../src/engine/host/mendkit.ts'
import { setUp } from './support/parts.ts'
import { openShop } from './support/shop.ts'

const allow = (version?: string) =>
  definePolicy({
    id: 'own',
    decide: () => ({ kind: 'allow', because: 'fine' }),
    ...(version !== undefined && { version }),
  })

async function versionOf(options: MendkitOptions): Promise<string> {
  return (await setUp(options)).parts.policyVersion
}

test('every decision is kept with the version of the policies, in the plan, in the log and in its explanation', async () => {
  const shop = openShop({ policies: [allow('1')] })
  await shop.fire()
  await shop.until('verifying')
  const version = await versionOf({ policies: [allow('1')], autonomy: { 'namespace:shop': 'auto' } })
  const entries = (await shop.mendkit.audit.read({ limit: 1_000 })).map(({ bytes }) => parseAuditEntry(bytes))
  expect(entries.find(({ type }) => type === 'plan-decided')?.data).toMatchObject({ policyVersion: version })
  const { planId = '' } = await shop.incident()
  expect(await shop.mendkit.explain(planId)).toContain(`Policies in version \`${version}\`, which still holds`)
  await shop.stop()
  const { store, clock, world } = shop
  const changed = openShop({ store, clock, world, policies: [allow('2')] })
  expect(await changed.mendkit.explain(planId)).toContain(`\`${version}\`, and another one holds now`)
  await changed.stop()
})

test('the version changes with a policy, its version, what it applies to, the autonomy and the environment, and with nothing else', async () => {
  const policies = [allow('1')]
  const same = await versionOf({ policies })
  expect(await versionOf({ policies: [allow('1')], settings: { engine: { workers: 2 } } })).toBe(same)
  const others: MendkitOptions[] = [
    { policies: [allow('2')] },
    { policies: [allow()] },
    { policies: [] },
    { policies: [{ ...allow('1'), appliesTo: { namespaces: ['shop'] } }] },
    { policies, settings: { environment: 'production' } },
    { policies, autonomy: { default: 'off' } },
  ]
  const versions = await Promise.all(others.map(versionOf))
  expect(new Set([same, ...versions]).size).toBe(others.length + 1)
})

test.each<[string, MendkitOptions, RegExp]>([
  [
    'policies.0.calendars.1',
    {
      policies: [{ ...allow(), calendars: ['* * * * *', '* *'].map((pattern) => ({ pattern, timeZone: 'UTC' })) }],
      system: {
        timeZones: {
          matches: (pattern) => {
            if (pattern === '* *') throw new MendkitError('config', 'two parts are not enough')
            return false
          },
        },
      },
    },
    /two parts are not enough/,
  ],
  [
    'policies.0.calendars.0',
    { policies: [{ ...allow(), calendars: [{ pattern: '* * * * *', timeZone: 'UTC' }] }] },
    /pass cronTimeZones\(Cron\)/,
  ],
  [
    'policies.0.lookBackMs',
    { policies: [{ ...allow(), lookBackMs: 86_400_001 }] },
    /raise settings.decision.lookBackMs/,
  ],
  ['settings.environment', { settings: { environment: 'two\nlines' } }, /one line/],
])('a host does not start with %s that could not be judged by', (path, options, says) => {
  const create = () => createMendkit(options)
  expect(create).toThrow(says)
  expect(create).toThrow(expect.objectContaining({ code: 'config', path }))
})
