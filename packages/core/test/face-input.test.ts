import { createMendkit, type Mendkit, MendkitError, silentLogger } from '@mendkit/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openShop } from './support/shop.ts'

type Method = (...given: readonly unknown[]) => unknown
type Face = Readonly<Record<string, Method>>

const since = '2026-01-01T00:00:00Z'
const batch = { source: 'am', complete: false, asOf: since, alerts: [] }

/** Every method of the face with arguments that it takes. */
const taken: Readonly<Record<string, readonly unknown[]>> = {
  'incidents.get': ['inc_none'],
  'incidents.list': [{ phases: ['open'], after: 'inc_0', limit: 5 }],
  'incidents.timeline': ['inc_none', { format: 'markdown' }],
  'incidents.turns': ['inc_none'],
  'incidents.note': ['inc_none', 'seen'],
  'incidents.takeOver': ['inc_none'],
  'incidents.acknowledge': ['inc_none'],
  'incidents.snooze': ['inc_none', { ms: 60_000, because: 'on my way' }],
  'incidents.reassign': ['inc_none', { to: 'bob', because: 'he knows it' }],
  'incidents.resolve': ['inc_none', { because: 'a drill' }],
  'incidents.handBack': ['inc_none'],
  'incidents.close': ['inc_none', { because: 'a drill' }],
  'incidents.diagnose': ['inc_none'],
  'approvals.get': ['apr_none'],
  'approvals.list': [{ states: ['open'], after: 'apr_0', limit: 5 }],
  'approvals.approve': ['apr_none', { digest: 'd', because: 'seen' }],
  'approvals.reject': ['apr_none', { digest: 'd', because: 'not now' }],
  'executions.list': [{ incidentId: 'inc_none', states: ['succeeded'], after: 'exe_0', limit: 5 }],
  'executions.settle': ['exe_none', { outcome: 'applied', because: 'seen with kubectl' }],
  'history.alerts': [
    {
      match: 'severity="critical"',
      resource: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
      incidentId: 'inc_1',
      since: '2026-01-01',
      until: '2026-02-01T00:00:00Z',
      text: 'refused',
      after: 'a0mngjuj9c0-1',
      limit: 10,
    },
  ],
  'history.series': [{ name: 'metric.errors', match: 'pod="a"', limit: 1 }],
  'audit.read': [{ from: 0, limit: 5 }],
  'audit.verify': [],
  'audit.anchors': [],
  'audit.checkpoint': [],
  'audit.prove': [0],
  'audit.proveConsistency': [1],
  'audit.rotateKey': [],
  'audit.erase': [{ mentions: 'nobody of this name', because: 'request 17' }],
  ingest: [batch, { tenant: 'default' }],
  recordRefusal: [{ source: 'am', because: 'not-json' }],
  run: [{ signal: AbortSignal.abort() }],
  watch: [{ after: -1, types: ['incident-opened'], incidentId: 'inc_none', signal: AbortSignal.abort() }],
  on: ['incident-opened', () => undefined],
  off: ['incident-opened', () => undefined],
  explain: ['plan_none'],
  explainPrompt: ['inc_none'],
  simulatePolicy: [[], { since, until: '2026-02-01T00:00:00Z', after: 'plan_0', limit: 5, autonomy: 'auto' }],
  report: [{ since, until: '2026-02-01' }, { format: 'markdown' }],
  recordChange: [{ kind: 'flag', labels: { namespace: 'shop' } }],
  pause: [],
  resume: [],
  health: [],
  metrics: [],
  as: [{ id: 'alice', roles: [], tenant: 'default', via: 'test' }],
  close: [],
}

/** Methods that take no argument, so that there is nothing to get wrong. */
const withoutArguments = [
  'audit.verify',
  'audit.anchors',
  'audit.checkpoint',
  'audit.rotateKey',
  'pause',
  'resume',
  'health',
  'metrics',
  'close',
]

/** What needs the keys of the log, which this host has not. */
const signedOnly = ['audit.prove', 'audit.proveConsistency', 'audit.rotateKey']

/** What only a privacy officer may do. */
const officerOnly = ['audit.erase']

const junk: readonly unknown[] = [
  ...[
    undefined,
    null,
    5,
    Number.NaN,
    -1,
    '',
    'x',
    true,
    [],
    [null],
    {},
    { bogus: 1 },
    () => undefined,
    Symbol('s'),
    1n,
  ],
  ...[{ limit: '5' }, { limit: 0 }, { after: 5 }, { signal: 'now' }, { format: 'html' }, Object.create(null)],
]

function host(): Mendkit {
  const mendkit = createMendkit({ system: { log: silentLogger } })
  onTestFinished(() => mendkit.close())
  return mendkit
}

function namesOf(mendkit: Mendkit): readonly string[] {
  return Object.entries(mendkit).flatMap(([name, member]: [string, unknown]) => {
    if (typeof member === 'function') return [name]
    return name === 'log' ? [] : Object.keys(member as object).map((inner) => `${name}.${inner}`)
  })
}

function methodOf(mendkit: Mendkit, name: string): Method {
  const [first = '', second] = name.split('.')
  const face = mendkit as unknown as Face & Readonly<Record<string, Face>>
  const method = second === undefined ? face[first] : face[first]?.[second]
  if (method === undefined) throw new Error(`there is no ${name}`)
  return method
}

/** What a call ends with: undefined, or what it threw, at once or later. A feed is not read. */
async function outcome(mendkit: Mendkit, name: string, given: readonly unknown[]): Promise<unknown> {
  try {
    const answer = methodOf(mendkit, name)(...given)
    if (name === 'watch') return undefined
    // A run that was taken goes on until it is closed.
    const closing = name === 'run' ? mendkit.close() : undefined
    await answer
    await closing
    return undefined
  } catch (error) {
    return error
  }
}

function refusal(error: unknown) {
  expect(error, String(error)).toBeInstanceOf(MendkitError)
  return error as MendkitError
}

describe('every method of the face', () => {
  test('stands in the tables below', () => {
    expect(Object.keys(taken).toSorted()).toEqual([...namesOf(host())].toSorted())
  })

  test.each(Object.entries(taken))('%s takes what it says it takes', async (name, given) => {
    const error = await outcome(host(), name, given)
    const expected = signedOnly.includes(name)
      ? { code: 'config', path: expect.stringMatching(/^system\./) }
      : { code: officerOnly.includes(name) ? 'forbidden' : 'not-found' }
    if (error !== undefined || signedOnly.includes(name)) expect(refusal(error)).toMatchObject(expected)
  })

  test.each(Object.keys(taken).filter((name) => !withoutArguments.includes(name)))(
    '%s refuses what it does not take with a path, and never with another error',
    async (name) => {
      const given = taken[name] ?? []
      let refused = 0
      for (const place of given.keys()) {
        for (const wrong of junk) {
          const mendkit = host()
          const error = await outcome(mendkit, name, given.with(place, wrong))
          await mendkit.close()
          if (error === undefined) continue
          const { code, path } = refusal(error)
          if (code === 'not-found' || code === 'forbidden') continue
          refused += 1
          expect([name, place, wrong, code, path]).toEqual([
            ...[name, place, wrong, expect.stringMatching(/^(?:invalid|config)$/)],
            expect.stringMatching(/./),
          ])
        }
      }
      expect(refused).toBeGreaterThan(5)
    },
  )
})

const ahead = '2126-01-01T00:00:00Z'
const wrong: readonly (readonly [says: string, name: string, given: readonly unknown[], path: string])[] = [
  ['an id that is none', 'incidents.get', [undefined], 'id'],
  ['an empty id', 'approvals.get', [''], 'id'],
  ['a query that is none', 'incidents.list', [null], 'query'],
  ['a phase that there is not', 'incidents.list', [{ phases: ['opened'] }], 'phases.0'],
  ['a misspelt field', 'incidents.list', [{ phase: 'open' }], 'phase'],
  ['a page of nothing', 'approvals.list', [{ limit: 0 }], 'limit'],
  ['a state that there is not', 'approvals.list', [{ states: ['opened'] }], 'states.0'],
  ['a state as a text', 'executions.list', [{ states: 'unknown' }], 'states'],
  ['a place before the log', 'audit.read', [{ from: -1 }], 'from'],
  ['a place as a text', 'audit.prove', ['0'], 'seq'],
  ['a size of less than nothing', 'audit.proveConsistency', [-1], 'size'],
  ['a format that there is not', 'incidents.timeline', ['inc', { format: 'html' }], 'format'],
  ['no remark', 'incidents.note', ['inc', ''], 'text'],
  ['a remark of blanks', 'incidents.note', ['inc', ' \n '], 'text'],
  ['no words', 'incidents.resolve', ['inc', { because: '' }], 'because'],
  ['no words', 'incidents.close', ['inc', { because: '\t' }], 'because'],
  ['no words', 'incidents.snooze', ['inc', { ms: 1_000, because: '' }], 'snooze.because'],
  ['no words', 'incidents.reassign', ['inc', { to: 'bob', because: ' ' }], 'reassign.because'],
  ['no words', 'approvals.approve', ['apr', { digest: 'd', because: '' }], 'because'],
  ['no words', 'approvals.reject', ['apr', { digest: 'd', because: '' }], 'because'],
  ['no reason', 'approvals.reject', ['apr', { digest: 'd' }], 'because'],
  ['no answer', 'approvals.approve', ['apr'], 'answer'],
  ['no digest', 'approvals.approve', ['apr', {}], 'digest'],
  ['a misspelt field', 'approvals.approve', ['apr', { digest: 'd', becuase: 'x' }], 'becuase'],
  ['no words', 'executions.settle', ['exe', { outcome: 'applied', because: '' }], 'because'],
  ['an outcome that there is not', 'executions.settle', ['exe', { outcome: 'done', because: 'x' }], 'outcome'],
  ['no word', 'executions.settle', ['exe'], 'word'],
  ['a snooze of both kinds', 'incidents.snooze', ['inc', { ms: 5, until: ahead }], 'snooze'],
  ['no batch', 'ingest', [undefined], 'batch'],
  ['a misspelt option', 'ingest', [batch, { tenent: 'shop' }], 'tenent'],
  ['a tenant that is no name', 'ingest', [batch, { tenant: 5 }], 'tenant'],
  ['no refusal', 'recordRefusal', [undefined], 'refused'],
  ['a refusal of nobody', 'recordRefusal', [{ because: 'x' }], 'source'],
  ['what is no signal', 'run', [{ signal: {} }], 'signal'],
  ['what is no signal', 'watch', [{ signal: 'now' }], 'signal'],
  ['a cursor that is none', 'watch', [{ after: '5' }], 'after'],
  ['a type that there is not', 'watch', [{ types: ['incident-opend'] }], 'types.0'],
  ['a type that there is not', 'on', ['incident-opend', () => undefined], 'type'],
  ['no listener', 'on', ['*'], 'listener'],
  ['no listener', 'off', ['*', 'x'], 'listener'],
  ['no incident', 'explainPrompt', [undefined], 'incidentId'],
  ['no plan', 'explain', [undefined], 'plan'],
  ['a plan without an id', 'explain', [{}], 'plan.id'],
  ['no query', 'report', [], 'query'],
  ['a number for a moment', 'report', [{ since: 5 }], 'since'],
  ['a number in quotes for a moment', 'report', [{ since: '5' }], 'since'],
  ['a moment that lies ahead', 'report', [{ since: ahead }], 'since'],
  ['a moment that lies ahead', 'report', [{ since: ahead, until: '2127-01-01' }], 'since'],
  ['a misspelt field', 'report', [{ since, untill: ahead }], 'untill'],
  ['a format that there is not', 'report', [{ since }, { format: 'yaml' }], 'format'],
  ['no policies', 'simulatePolicy', [undefined, { since }], 'policies'],
  ['one policy without its list', 'simulatePolicy', [{ spec: 1 }, { since }], 'policies'],
  ['no query', 'simulatePolicy', [[]], 'query'],
  ['a number for a moment', 'simulatePolicy', [[], { since: 5 }], 'since'],
  ['a moment that lies ahead', 'simulatePolicy', [[], { since: ahead }], 'since'],
  ['a misspelt field', 'simulatePolicy', [[], { since, limt: 5 }], 'limt'],
  ['a level that there is not', 'simulatePolicy', [[], { since, autonomy: 'always' }], 'autonomy'],
  ['no change', 'recordChange', [], 'change'],
  ['no principal', 'as', [], 'principal'],
]

test.each(wrong)('%s is refused by %s, naming the field', async (_, name, given, path) => {
  expect(refusal(await outcome(host(), name, given))).toMatchObject({
    code: name === 'simulatePolicy' && path === 'policies' ? 'config' : 'invalid',
    path,
    message: expect.stringContaining(path),
  })
})

test('a snooze until no moment is told what a moment looks like', async () => {
  const error = refusal(await outcome(host(), 'incidents.snooze', ['inc', { until: 'yesterday' }]))
  expect(error).toMatchObject({ path: 'snooze.until', message: expect.stringContaining('2026-12-20T18:00:00Z') })
})

test('a refusal lists the fields that there are', async () => {
  const error = refusal(await outcome(host(), 'incidents.list', [{ phase: 'open' }]))
  expect(error.message).toContain('phases, after, limit')
})

test('what is refused leaves no trace in the log', async () => {
  const shop = openShop()
  onTestFinished(() => shop.stop())
  await shop.fire()
  await shop.until('verifying')
  const { id } = await shop.incident()
  const size = async () => (await shop.mendkit.audit.read({ limit: 1_000 })).length
  const before = await size()
  for (const word of ['note', 'resolve', 'close', 'snooze', 'reassign']) {
    const given = word === 'note' ? '' : { because: '', ...(word === 'snooze' ? { ms: 5 } : {}), to: 'bob' }
    refusal(await outcome(shop.mendkit, `incidents.${word}`, [id, given]))
  }
  expect(await size()).toBe(before)
})
