import { type DocumentTable, readAlert, readDocument } from '@mendkit/core'
import { expect, test } from 'vitest'
import { once } from '../src/once.ts'

const identity = { tenant: 'default', id: 'one', revision: 3 }
const resource = { cluster: 'prod', apiVersion: 'v1', kind: 'Pod', name: 'checkout' }
const fact = { name: 'pod.ready', kind: 'status', value: false, resource, holds: 'equal' }
const evidence = {
  ...identity,
  incidentId: 'inc',
  tool: 'shop.pods',
  input: { namespace: 'shop' },
  collectedAt: 1,
  facts: [fact, { ...fact, value: 7 }, { ...fact, value: 'CrashLoopBackOff' }],
  warnings: 0,
}
const command = {
  ...identity,
  incidentId: 'inc',
  state: 'pending',
  by: { id: 'ada', roles: ['approver'], tenant: 'default', via: 'test' },
  at: 1,
  body: { kind: 'settle', executionId: 'exe', outcome: 'applied' },
}
const change = { ...identity, kind: 'deployment', at: 1, labels: { app: 'checkout' }, state: 'new' }
const alert = {
  ...identity,
  source: 'am',
  cluster: 'prod',
  fingerprint: 'f',
  episode: 1,
  status: 'firing',
  labels: { alertname: 'Down' },
  annotations: {},
  startsAt: '2026-01-01T00:00:00Z',
  lastSeenAt: '2026-01-01T00:00:00Z',
  correlated: 'pending',
  missed: 0,
}

function read(table: DocumentTable | 'alert', body: object) {
  const row = { ...identity, body: JSON.stringify(body) }
  return table === 'alert' ? readAlert(row) : readDocument(table, row)
}

test.each([
  ['evidence', evidence],
  ['command', command],
  ['command', { ...command, body: { kind: 'close' } }],
  ['change', change],
  ['alert', alert],
] as const)(
  'a row of %s reads back as it was written, with the fields that only a newer version knows',
  (table, row) => {
    const newer = { ...row, invented: { later: [1] } }
    expect(read(table, newer)).toEqual(newer)
  },
)

test.each([
  ['evidence', { ...evidence, tool: 7 }, 'tool'],
  ['evidence', { ...evidence, collectedAt: null }, 'collectedAt'],
  ['evidence', { ...evidence, warnings: -1 }, 'warnings'],
  ['evidence', { ...evidence, warnings: 0.5 }, 'warnings'],
  ['evidence', { ...evidence, warnings: 2 ** 60 }, 'warnings'],
  ['evidence', { ...evidence, input: ['namespace'] }, 'input'],
  ['evidence', { ...evidence, facts: { 0: fact } }, 'facts'],
  ['evidence', { ...evidence, facts: [fact, null] }, 'facts[1]'],
  ['evidence', { ...evidence, facts: [fact, { ...fact, value: { ready: false } }] }, 'facts[1].value'],
  ['evidence', { ...evidence, facts: [{ ...fact, holds: 'roughly' }] }, 'facts[0].holds'],
  ['evidence', { ...evidence, facts: [{ ...fact, resource: [] }] }, 'facts[0].resource'],
  ['evidence', { ...evidence, facts: [{ ...fact, resource: { ...resource, uid: null } }] }, 'facts[0].resource.uid'],
  ['command', { ...command, body: 'close' }, 'body'],
  ['command', { ...command, body: { ...command.body, kind: 'constructor' } }, 'body.kind'],
  ['command', { ...command, body: { ...command.body, outcome: 'perhaps' } }, 'body.outcome'],
  ['command', { ...command, by: { ...command.by, roles: ['approver', 1] } }, 'by.roles[1]'],
  ['change', { ...change, labels: { 'app name': 1 } }, 'labels["app name"]'],
  ['change', { ...change, labels: ['app'] }, 'labels'],
  ['alert', { ...alert, endsAt: 'yesterday' }, 'endsAt'],
] as const)('a row of %s that is wrong in one field is refused with its path (%#: %j)', (table, row, path) => {
  expect(() => read(table, row)).toThrow(expect.objectContaining({ code: 'corrupt', path }))
})

test.each([
  ['JSON', '{'],
  ['a row', '[]'],
  ['a row', 'null'],
])('a body that is not %s is refused', (_, body) => {
  expect(() => readDocument('change', { ...identity, body })).toThrow(expect.objectContaining({ code: 'corrupt' }))
})

test('what is made once is made when it is first asked for', () => {
  let made = 0
  const schema = once(() => {
    made += 1
    return { made }
  })
  expect(made).toBe(0)
  expect(schema()).toBe(schema())
  expect(made).toBe(1)
})
