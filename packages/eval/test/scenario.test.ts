import { describe, expect, test } from 'vitest'
import { calibrationError, judge, type Outcome, parseScenario, type ScenarioResult, summarise } from '../src/index.ts'

const text = `
schema: 1
id: one
title: The checkout of Shop fails
names: [shop, checkout]
alerts: [{ labels: { alertname: Down, namespace: shop, deployment: checkout } }]
world:
  logs: [{ namespace: shop, app: checkout, text: 'SHOP_CHECKOUT_URL of checkout-7d9-x; workshop stays' }]
truth:
  rootEntities: [{ kind: Deployment, namespace: shop, name: checkout }]
  causes: [bad-rollout]
  fix: { type: kubernetes.rollout-undo, params: { replicaSet: one } }
`

describe('names', () => {
  test('are replaced alike in alerts, logs and truth, whatever their case, and only where they stand alone', () => {
    const { alerts, world, truth } = parseScenario(text, 'one.yaml', 3)
    const namespace = alerts[0]?.labels['namespace'] ?? ''
    const name = alerts[0]?.labels['deployment'] ?? ''
    expect([namespace, name]).not.toContain('shop')
    expect(truth).toMatchObject({ rootEntities: [{ namespace, name }] })
    const upper = `${namespace}_${name}`.toUpperCase()
    expect(world.logs[0]?.text).toBe(`${upper}_URL of ${name}-7d9-x; workshop stays`)
  })

  test('stay with seed 0, are the same with the same seed and others with another', () => {
    const nameWith = (seed: number) => parseScenario(text, 'one.yaml', seed).alerts[0]?.labels['deployment']
    expect(nameWith(0)).toBe('checkout')
    expect(nameWith(5)).toBe(nameWith(5))
    expect(nameWith(5)).not.toBe(nameWith(6))
  })
})

test.each([
  ['schema: 2', /one\.yaml: schema/],
  [text.replace('causes:', 'fault: yes\n  causes:'), /one\.yaml: truth/],
  [text.replace('alertname: Down', 'alertname: [1]'), /alerts\.0\.labels\.alertname/],
  ['a: [', /one\.yaml: is no YAML/],
])('a file that is no scenario is refused with its name and the field', (wrong, says) => {
  expect(() => parseScenario(wrong, 'one.yaml')).toThrow(says)
})

const scenario = parseScenario(text, 'one.yaml', 0)
const rootCause = { cluster: 'c', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'checkout' }
const right = { cause: 'bad-rollout', rootCause, confidence: 'high', summary: '' } as const
const wrong = { ...right, cause: 'else' } as const

function outcome(hypotheses: Outcome['incidents'][number]['hypotheses'], replicaSet = 'one'): Outcome {
  const actions = [
    { type: scenario.truth && 'kubernetes.rollout-undo', params: { replicaSet }, target: rootCause, citations: [] },
  ]
  const incident = {
    id: 'inc_1',
    phase: 'suggested',
    alerts: 1,
    alertnames: [],
    hypotheses,
    refused: [],
    spending: undefined,
  } as const
  return { incidents: [{ ...incident, actions: actions as never }], ms: 5 }
}

describe('a judgement', () => {
  const judged = (...hypotheses: Parameters<typeof outcome>[0]) => judge(scenario, outcome(hypotheses))
  test('takes entity and cause together, and the entity alone beside', () => {
    expect(judged(right)).toMatchObject({ top1: true, top3: true, entityTop1: true, abstained: false })
    expect(judged(wrong, right)).toMatchObject({ top1: false, top3: true, entityTop1: true })
    expect(judged(wrong, wrong, wrong, right)).toMatchObject({ top3: false })
    expect(judged({ ...right, rootCause: { ...rootCause, name: 'other' } })).toMatchObject({
      top1: false,
      entityTop1: false,
    })
    expect(judged()).toMatchObject({ top1: false, abstained: true })
  })

  test('takes a fix by type and by the parameters that are named', () => {
    expect(judged(right).rightFix).toBe(true)
    expect(judge(scenario, outcome([right], 'two')).rightFix).toBe(false)
  })

  test('of a control is a false alarm when anything was said', () => {
    const control = { ...scenario, truth: { noFault: true } as const }
    expect(judge(control, outcome([wrong]))).toMatchObject({ falseAlarm: true, top1: null })
    expect(judge(control, { incidents: [], ms: 1 })).toMatchObject({ falseAlarm: false, abstained: true })
  })
})

test('the summary counts faults and controls apart, and has a median of even counts', () => {
  const base: ScenarioResult = judge(scenario, outcome([right]))
  const control = judge({ ...scenario, truth: { noFault: true } }, { incidents: [], ms: 1 })
  const summary = summarise([
    { ...base, tokens: 10 },
    { ...base, top1: false, tokens: 20 },
    control,
    { ...control, tokens: 40 },
  ])
  expect(summary).toMatchObject({ scenarios: 4, faults: 2, controls: 2, top1: 0.5, falseAlarms: 0, tokensMedian: 15 })
})

test('calibration is off by as much as each level of confidence promises too much or too little', () => {
  expect(calibrationError([])).toBeNull()
  expect(calibrationError([{ confidence: 'high', right: true }])).toBe(0.1)
  const mixed = [...Array.from({ length: 9 }, () => true), false].map(
    (is) => ({ confidence: 'high', right: is }) as const,
  )
  expect(calibrationError(mixed)).toBe(0)
  expect(calibrationError([...mixed, ...mixed.map(() => ({ confidence: 'low', right: true }) as const)])).toBe(0.3)
})
