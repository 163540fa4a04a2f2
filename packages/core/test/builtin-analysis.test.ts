import {
  alertCleared,
  type CheckInput,
  type CitableFact,
  confidenceOf,
  defineRule,
  type FactKind,
  hypothesisConfidence,
  type LogFields,
  type Logger,
  logNotifier,
  type Notice,
  type Resource,
  type Rule,
  type RuleFinding,
  redact,
  resourceKey,
  ruleAnalyzer,
  type Symptom,
} from '@mendkit/core'
import { callContext, investigationOf } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'

const web: Resource = { cluster: 'c', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }
const incident = {
  tenant: 't',
  id: 'inc_1',
  cluster: 'c',
  phase: 'diagnosing',
  title: 'x',
  openedAt: 0,
  relapses: 0,
} as const

function fact(index: number, kind: FactKind): CitableFact {
  return { name: `fact-${index}`, kind, value: index, tool: 'test', citation: { evidenceId: 'evi_1', fact: index } }
}

const ownAlert: CitableFact = { ...fact(4, 'alert'), tool: 'mendkit.alerts' }
const facts = [fact(0, 'status'), fact(1, 'metric'), fact(2, 'event'), fact(3, 'log'), ownAlert]
const seen = (...indexes: readonly number[]) => indexes.flatMap((index) => facts[index] ?? [])

const investigation = () => investigationOf({ incident, catalogue: ['restart', 'undo'], facts })

function linesOf(): { readonly log: Logger; readonly lines: { level: string; text: string; fields: LogFields }[] } {
  const lines: { level: string; text: string; fields: LogFields }[] = []
  const at =
    (level: string): Logger['info'] =>
    (text, fields = {}) =>
      void lines.push({ level, text, fields })
  return { lines, log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } }
}

const rule = (id: string, finding: RuleFinding | undefined): Rule => defineRule({ id, match: () => finding })

async function analyze(...rules: readonly Rule[]) {
  const { log, lines } = linesOf()
  return { analysis: await ruleAnalyzer(rules).analyze(investigation(), callContext({ log })), lines }
}

describe('ruleAnalyzer', () => {
  test('explains nothing when no rule matches, so that the next analyzer is asked', async () => {
    const { analysis, lines } = await analyze(rule('a', undefined))
    expect(analysis).toEqual({ hypotheses: [], actions: [], handOver: false })
    expect(lines).toEqual([])
  })

  test('puts nothing first for citing the alerts that every incident has', async () => {
    const { analysis } = await analyze(
      rule('cites-alerts', { seen: seen(0, 4), cause: 'weak', summary: 'w' }),
      rule('has-seen', { seen: seen(0, 1), cause: 'strong', summary: 's' }),
    )
    expect(analysis.hypotheses.map((each) => each.cause)).toEqual(['strong', 'weak'])
  })

  test('puts what is best carried first, and acts on the first finding that proposes something', async () => {
    const { analysis } = await analyze(
      rule('weak', { seen: seen(0), cause: 'weak', summary: 'w', actions: [{ type: 'restart', params: {} }] }),
      rule('only-explains', { seen: seen(0, 1, 2), cause: 'context', summary: 'c' }),
      rule('strong', {
        seen: seen(1, 2),
        cause: 'strong',
        summary: 's',
        rootCause: web,
        actions: [{ type: 'undo', params: { to: 1 } }],
      }),
    )
    expect(analysis.hypotheses.map((each) => each.cause)).toEqual(['context', 'strong', 'weak'])
    expect(analysis.hypotheses[1]).toEqual({
      cause: 'strong',
      summary: 's',
      rootCause: web,
      citations: [
        { evidenceId: 'evi_1', fact: 1 },
        { evidenceId: 'evi_1', fact: 2 },
      ],
    })
    expect(analysis.actions.map((each) => each.type)).toEqual(['undo'])
  })

  test('makes one of the same proposal, citing all that speaks for it', async () => {
    const { analysis } = await analyze(
      rule('a', {
        seen: seen(0, 1),
        cause: 'a',
        summary: '',
        actions: [{ type: 'undo', params: { to: 1, of: 'x' }, target: web }],
      }),
      rule('b', {
        seen: seen(1, 2),
        cause: 'b',
        summary: '',
        actions: [{ type: 'undo', params: { of: 'x', to: 1 }, target: { ...web, uid: 'u' } }],
      }),
      rule('c', {
        seen: seen(1, 2),
        cause: 'c',
        summary: '',
        actions: [{ type: 'undo', params: { of: 'y', to: 1 }, target: web }],
      }),
    )
    expect(analysis.actions).toEqual([
      {
        type: 'undo',
        params: { to: 1, of: 'x' },
        target: web,
        citations: facts.slice(0, 3).map((each) => each.citation),
      },
    ])
  })

  test('leaves out, with a warning, what throws, what rests on nothing, and what nobody offers', async () => {
    const throwing = defineRule({
      id: 'broken',
      match: () => {
        throw new Error('token=hunter2')
      },
    })
    const { analysis, lines } = await analyze(
      throwing,
      rule('baseless', { seen: [], cause: 'x', summary: '' }),
      rule('invented', { seen: [fact(9, 'status')], cause: 'x', summary: '' }),
      rule('unoffered', { seen: seen(0), cause: 'kept', summary: '', actions: [{ type: 'reboot', params: {} }] }),
    )
    expect(analysis.hypotheses.map((each) => each.cause)).toEqual(['kept'])
    expect(analysis.actions).toEqual([])
    expect(lines.map((line) => [line.level, /broken|baseless|invented|reboot/.exec(line.text)?.[0]])).toEqual([
      ['warn', 'broken'],
      ['warn', 'baseless'],
      ['warn', 'invented'],
      ['warn', 'reboot'],
    ])
    expect(JSON.stringify(lines)).not.toContain('hunter2')
  })

  test('hands over when any finding says so', async () => {
    const { analysis } = await analyze(
      rule('a', { seen: seen(0, 1), cause: 'a', summary: '', actions: [{ type: 'undo', params: {} }] }),
      rule('b', { seen: seen(0), cause: 'b', summary: '', handOver: true }),
    )
    expect(analysis.handOver).toBe(true)
  })
})

test('confidenceOf counts kinds of machine observation, and log lines add nothing', () => {
  expect(confidenceOf([])).toBe('low')
  expect(confidenceOf([fact(0, 'status'), fact(1, 'status'), fact(2, 'log')])).toBe('low')
  expect(confidenceOf([fact(0, 'status'), fact(1, 'metric')])).toBe('medium')
  expect(confidenceOf([fact(0, 'status'), fact(1, 'metric'), fact(2, 'event')])).toBe('high')
})

describe('alertCleared', () => {
  function symptom(counts: { firing?: number; suppressed?: number; about?: Resource | 'unknown' }): Symptom {
    const { firing = 0, suppressed = 0, about = web } = counts
    const key = about === 'unknown' ? '' : resourceKey(about)
    return { tenant: 't', incidentId: 'inc_1', alertname: 'Down', resourceKey: key, firing, suppressed, total: 3 }
  }
  const other: Resource = { ...web, name: 'db' }
  const check = alertCleared()

  async function verdict(symptoms: readonly Symptom[], more: Partial<CheckInput> = { since: 1_000, heardAt: 2_000 }) {
    const input: CheckInput = { incident, target: { ...web, uid: 'u', labels: {} }, symptoms, ...more }
    return (await check.check(input, callContext())).verdict
  }

  test('is good only when nothing of the target fires or is suppressed', async () => {
    expect(await verdict([symptom({})])).toBe('good')
    expect(await verdict([symptom({}), symptom({ firing: 1 })])).toBe('bad')
    expect(await verdict([symptom({}), symptom({ suppressed: 1 })])).toBe('unknown')
    expect(await verdict([symptom({ firing: 1, suppressed: 1 })])).toBe('bad')
  })

  test('does not wait for alerts about other objects, but for those whose object is not known', async () => {
    expect(await verdict([symptom({}), symptom({ firing: 1, about: other })])).toBe('good')
    expect(await verdict([symptom({}), symptom({ firing: 1, about: 'unknown' })])).toBe('bad')
    expect(await verdict([symptom({ firing: 1, about: other })])).toBe('bad')
  })

  test('takes silence since the effect for no data, whatever the counts say', async () => {
    for (const symptoms of [[symptom({})], [symptom({ firing: 1 })]]) {
      expect(await verdict(symptoms, { since: 1_000, heardAt: 1_000 })).toBe('unknown')
      expect(await verdict(symptoms, { since: 1_000 })).toBe('unknown')
    }
  })

  test('is bad while an alert fires that began since the effect on what it may have touched, and names it', async () => {
    const newAlerts = [{ alertname: 'Slow', resource: other, incidentId: 'inc_2' }]
    const input = { incident, target: { ...web, labels: {} }, symptoms: [symptom({})], since: 1, heardAt: 2, newAlerts }
    const { verdict: said, because } = await check.check(input, callContext())
    expect([said, because]).toEqual(['bad', '1 alerts began since the effect: Slow on Deployment shop/db'])
  })

  test('reads the counts as they are before the effect, and measures them', async () => {
    expect(await verdict([symptom({ firing: 2 })], {})).toBe('bad')
    const input: CheckInput = { incident, target: { ...web, labels: {} }, symptoms: [symptom({ firing: 2 })] }
    const { measure } = await check.check(input, callContext())
    expect(measure).toEqual({ name: 'alerts-firing', value: 2, better: 'lower' })
    expect(check.applies({ ...input, symptoms: [] })).toBe(false)
  })
})

test('logNotifier writes each notice at the level of its urgency, and does not count as reaching people', async () => {
  const { log, lines } = linesOf()
  const notice = (urgency: Notice['urgency']): Notice => ({
    tenant: 't',
    id: 'not_1',
    incidentId: 'inc_1',
    state: 'pending',
    urgency,
    dedupeKey: `inc_1:${urgency}`,
    title: redact('title'),
    body: redact('body'),
    attempts: 0,
    nextAttemptAt: 0,
    deliveredTo: [],
    refusedBy: [],
    threads: {},
    at: 0,
    revision: 1,
  })
  const own = logNotifier(log)
  expect(own.reachesPeople).toBe(false)
  for (const urgency of ['page', 'ask', 'info'] as const) await own.send(notice(urgency), callContext())
  await logNotifier().send(notice('page'), callContext({ log }))
  expect(lines.map((line) => `${line.level} ${line.text} ${line.fields['dedupeKey']}`)).toEqual([
    'error title: body inc_1:page',
    'warn title: body inc_1:ask',
    'info title: body inc_1:info',
    'error title: body inc_1:page',
  ])
})

describe('hypothesisConfidence', () => {
  const of = (...facts: readonly (readonly [kind: FactKind, tool: string])[]) =>
    facts.map(([kind, tool]) => ({ kind, tool }))
  const three = of(['status', 'pods'], ['event', 'events'], ['change', 'rollouts'])

  test('is high only when more than one tool speaks for it', () => {
    expect(hypothesisConfidence(three, { stoppedEarly: false })).toBe('high')
    const one = of(['status', 'pods'], ['event', 'pods'], ['change', 'pods'], ['log', 'logs'])
    expect(hypothesisConfidence(one, { stoppedEarly: false })).toBe('medium')
  })

  test('is one step lower when not all was looked at', () => {
    expect(hypothesisConfidence(three, { stoppedEarly: true })).toBe('medium')
    expect(hypothesisConfidence(three.slice(1), { stoppedEarly: true })).toBe('low')
    expect(hypothesisConfidence([], { stoppedEarly: true })).toBe('low')
  })
})
