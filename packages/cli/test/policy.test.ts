import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withAsked } from './support/asked.ts'
import { mendkit, mendkitJson } from './support/run-cli.ts'
import { temporaryFolder } from './support/world.ts'

const asked = withAsked()
/** What the host that made the database decides by. */
const same = [
  { kind: 'allow-up-to', risk: 'low' },
  { kind: 'ask-above', risk: 'low' },
  { kind: 'only-in-namespaces', names: ['shop'] },
]

/** A file with this text, or with a document of these policies. */
function fileWith(policies: string | readonly object[]): string {
  const file = join(temporaryFolder(), 'policies.json')
  writeFileSync(file, typeof policies === 'string' ? policies : JSON.stringify({ version: 1, policies }))
  return file
}

function policyTest(file: string, ...more: readonly string[]) {
  return mendkit('policy', 'test', '--policies', file, '--db', asked().copy(), ...more)
}

test('the policies that decided find no difference, also where they name hours and look back', async () => {
  const file = fileWith([
    ...same,
    { kind: 'only-during', pattern: '* * * * *', timeZone: 'Europe/Berlin' },
    { kind: 'cooldown', per: 'target', ms: 172_800_000 },
  ])
  const { code, out, error } = await policyTest(file)
  expect([code, error]).toEqual([0, ''])
  expect(out).toMatch(/Plans +1\n/)
  expect(out).toMatch(/Different +0\n/)
  const json = await mendkitJson('policy', 'test', '--policies', file, '--db', asked().copy())
  expect(json).toMatchObject({ plans: 1, changed: 0, differences: [], was: { ask: 1 }, wouldBe: { ask: 1 } })
})

test('others say what they would have decided, on what and why, and exit with 3', async () => {
  const { incident, copy } = asked()
  const file = fileWith([...same.slice(0, 2), { kind: 'only-in-namespaces', names: ['billing'] }])
  const { code, out, error } = await policyTest(file)
  expect([code, error]).toEqual([3, ''])
  expect(out).toContain('ask → deny')
  expect(out).toMatch(/kubernetes\.rollout-undo on Deployment shop\/checkout:\s+only-in-namespaces/)
  const json = await mendkit('policy', 'test', '--policies', file, '--since', '1h', '--db', copy(), '--json')
  expect(json.code).toBe(3)
  expect(JSON.parse(json.out)).toMatchObject({
    changed: 1,
    differences: [{ incident, was: 'ask', wouldBe: 'deny', actions: [{ target: 'Deployment shop/checkout' }] }],
  })
})

test('what was decided before the time that is asked about does not count', async () => {
  const file = fileWith([])
  // A moment that is not over yet would be refused.
  const until = new Date(Date.now() - 1).toISOString()
  expect(await policyTest(file, '--since', until, '--json')).toMatchObject({ code: 0 })
})

test('a document that is wrong is refused with the path of the field, and is no difference', async () => {
  const wrong = await policyTest(fileWith([...same, { kind: 'allow-up-to', risk: 'tiny' }]), '--json')
  expect([wrong.code, wrong.out]).toEqual([1, ''])
  expect(JSON.parse(wrong.error)).toMatchObject({ error: { code: 'config', path: 'policies.3.risk' } })
  const noZone = await policyTest(
    fileWith([{ kind: 'only-during', pattern: '* * * * *', timeZone: 'Mars/Olympus' }]),
    '--json',
  )
  expect(JSON.parse(noZone.error)).toMatchObject({
    error: { code: 'config', path: expect.stringMatching(/^policies\.0\b/) },
  })
  const noJson = await policyTest(fileWith('{'))
  expect([noJson.code, noJson.error]).toEqual([1, expect.stringContaining('is no JSON')])
  const noFile = await policyTest('/none/policies.json')
  expect([noFile.code, noFile.error]).toEqual([1, expect.stringContaining('cannot be read')])
})

test.each([
  ['--policies is needed'],
  ['--since is a number of days, hours or minutes', '--policies', 'p.json', '--since', 'yesterday'],
  ['--since is a number of days', '--policies', 'p.json', '--since', '30'],
  ['--since is not in the past', '--policies', 'p.json', '--since', '2999-01-01'],
])('a wrong command line is refused: %s', async (says, ...argv) => {
  const { code, error } = await mendkit('policy', 'test', ...argv)
  expect([code, error]).toEqual([2, expect.stringContaining(says)])
})

const berlin = 'Europe/Berlin'
const frozen = { from: '2026-12-20T00:00:00Z', to: '2027-01-02T00:00:00Z', because: 'holidays' }
test.each<[string, object]>([
  ['policies.3.pattern', { kind: 'only-during', pattern: '* 25 * * *', timeZone: berlin }],
  ['policies.3.timeZone', { kind: 'only-during', pattern: '* 9 * * *', timeZone: 'Moon/Base' }],
  [
    'policies.3.freezes.1.pattern',
    { kind: 'change-freeze', freezes: [frozen, { pattern: '* *', timeZone: berlin, because: 'nights' }] },
  ],
])('a calendar that cannot be understood is named by the file and its field there, %s', async (path, wrong) => {
  const file = fileWith([...same, wrong])
  const { code, out, error } = await policyTest(file)
  expect([code, out]).toEqual([1, ''])
  const words = error.replaceAll(/\s+/g, ' ')
  expect(words).toContain(file)
  expect(words).toContain(`${path}: `)
})
