import {
  allowAction,
  allowUpTo,
  askAbove,
  blastRadiusCap,
  changeFreeze,
  cooldown,
  type Freeze,
  onlyDuring,
  onlyInNamespaces,
  onlyKinds,
  onlyLabelled,
  type Policy,
  type PolicyDocumentEntry,
  policiesFrom,
  policyDocumentSchema,
  rateLimit,
  riskCeiling,
  riskCeilings,
  tooMuchBroken,
} from '@mendkit/core'
import { plannedAction, policyInput } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const hours = { pattern: '* 9-16 * * MON-FRI', timeZone: 'Europe/Berlin' }
const freezes: readonly Freeze[] = [
  { from: '2026-12-20T00:00:00Z', to: '2027-01-02T00:00:00Z', because: 'holidays' },
  { ...hours, because: 'shop hours' },
]

/** Every kind with all of its options, and the policy that it must be. */
const kinds: readonly (readonly [PolicyDocumentEntry, Policy])[] = [
  [{ kind: 'allow-up-to', risk: 'low' }, allowUpTo('low')],
  [
    { kind: 'ask-above', risk: 'low', approvers: ['oncall'], expiresInMs: 60_000 },
    askAbove('low', { approvers: ['oncall'], expiresInMs: 60_000 }),
  ],
  [
    { kind: 'risk-ceiling', risk: 'medium', scope: 'namespace:shop' },
    riskCeiling('medium', { scope: 'namespace:shop' }),
  ],
  [
    { kind: 'risk-ceilings', auto: 'low', approve: 'medium', scope: 'namespace:shop', otherwise: 'deny' },
    riskCeilings({ auto: 'low', approve: 'medium' }, { scope: 'namespace:shop', otherwise: 'deny' }),
  ],
  [{ kind: 'allow-action', type: 'a', selector: 'x=y' }, allowAction('a', 'x=y')],
  [{ kind: 'only-in-namespaces', names: ['shop', 'pay'] }, onlyInNamespaces('shop', 'pay')],
  [{ kind: 'only-kinds', kinds: ['Deployment'] }, onlyKinds('Deployment')],
  [{ kind: 'only-labelled', selector: 'tier!=db' }, onlyLabelled('tier!=db')],
  [{ kind: 'only-during', ...hours, otherwise: 'deny' }, onlyDuring({ ...hours, otherwise: 'deny' })],
  [{ kind: 'change-freeze', freezes }, changeFreeze(...freezes)],
  [
    { kind: 'rate-limit', per: 'namespace', max: 3, withinMs: 3_600_000, otherwise: 'deny' },
    rateLimit({ per: 'namespace', max: 3, withinMs: 3_600_000, otherwise: 'deny' }),
  ],
  [{ kind: 'cooldown', per: 'target', ms: 60_000 }, cooldown({ per: 'target', ms: 60_000 })],
  [{ kind: 'too-much-broken', incidents: 5, withinMs: 600_000 }, tooMuchBroken({ incidents: 5, withinMs: 600_000 })],
  [
    { kind: 'blast-radius-cap', replicas: 2, percentOfReady: 25, objects: 4, budgetHeadroom: 1 },
    blastRadiusCap({ replicas: 2, percentOfReady: 25, objects: 4, budgetHeadroom: 1 }),
  ],
]

test.each(kinds.map(([entry, policy]) => [entry.kind, entry, policy] as const))(
  'the kind %s is the policy of that name with the same options',
  async (_, entry, policy) => {
    const [made] = policiesFrom(JSON.parse(JSON.stringify({ version: 1, policies: [entry] })))
    const { spec, id, appliesTo, calendars, lookBackMs } = policy
    expect({ ...made, decide: undefined }).toEqual({ spec, id, appliesTo, calendars, lookBackMs, decide: undefined })
    const input = policyInput({
      calendar: { matches: () => false },
      plan: { actions: [plannedAction({ risk: 'high', blastRadius: { resources: [], replicas: 9 } })] },
    })
    expect(await made?.decide(input)).toEqual(await policy.decide(input))
  },
)

test('the order of a document is kept, and an empty one is no policies', () => {
  const policies = kinds.map(([entry]) => entry)
  expect(policiesFrom({ version: 1, policies }).map(({ id }) => id)).toEqual(kinds.map(([, { id }]) => id))
  expect(policiesFrom({ version: 1, policies: [] })).toEqual([])
})

describe('a document is refused with the path of what is wrong', () => {
  const low = { kind: 'allow-up-to', risk: 'low' }
  test.each<[string, unknown, string]>([
    ['document', undefined, 'expected object'],
    ['document', [low], 'expected object'],
    ['version', { policies: [] }, 'expected 1'],
    ['version', { version: 2, policies: [] }, 'expected 1'],
    ['policies', { version: 1 }, 'expected array'],
    ['extra', { version: 1, policies: [], extra: 1 }, 'Unrecognized key'],
    [
      'policies.1.kind',
      { version: 1, policies: [low, { kind: 'allow-all' }] },
      'the kinds are allow-up-to, ask-above,',
    ],
    ['policies.1.kind', { version: 1, policies: [low, {}] }, 'there is no such kind'],
    ['policies.1.risk', { version: 1, policies: [low, { ...low, risk: 'tiny' }] }, '"low"|"medium"|"high"'],
    ['policies.0.riks', { version: 1, policies: [{ ...low, riks: 'low' }] }, 'Unrecognized key'],
    [
      'policies.0.selector',
      { version: 1, policies: [{ kind: 'only-labelled', selector: 'a b' }] },
      'cannot understand',
    ],
    ['policies.0.names.0', { version: 1, policies: [{ kind: 'only-in-namespaces', names: [7] }] }, 'expected string'],
    [
      'policies.0.withinMs',
      { version: 1, policies: [{ kind: 'rate-limit', per: 'target', max: 1, withinMs: '1h' }] },
      'expected number',
    ],
    [
      'policies.0.freezes.0.to',
      { version: 1, policies: [{ kind: 'change-freeze', freezes: [{ ...freezes[0], to: '2026-01-01T00:00:00Z' }] }] },
      'after `from`',
    ],
  ])('%s', (path, document, says) => {
    const make = () => policiesFrom(document)
    expect(make).toThrow(says)
    expect(make).toThrow(expect.objectContaining({ code: 'config', path }))
  })

  test('even when it was written to break things', () => {
    const evil = JSON.parse('{"version":1,"policies":[{"kind":"__proto__","__proto__":{"kind":"allow-up-to"}}]}')
    expect(() => policiesFrom(evil)).toThrow(expect.objectContaining({ code: 'config', path: 'policies.0.kind' }))
    const many = { version: 1, policies: Array(1_001).fill({ kind: 'allow-up-to', risk: 'low' }) }
    expect(() => policiesFrom(many)).toThrow(expect.objectContaining({ code: 'config', path: 'policies' }))
  })
})

test('the JSON Schema of documents takes what the code takes, and refuses unknown kinds and fields', () => {
  const schema = z.fromJSONSchema(policyDocumentSchema() as never)
  const accepts = (document: unknown) => schema.safeParse(document).success
  for (const [entry] of kinds) expect(accepts({ version: 1, policies: [entry] }), entry.kind).toBe(true)
  expect(accepts({ version: 1, policies: [{ kind: 'allow-all' }] })).toBe(false)
  expect(accepts({ version: 1, policies: [{ kind: 'allow-up-to', risk: 'low', more: 1 }] })).toBe(false)
  expect(accepts({ version: 2, policies: [] })).toBe(false)
})
