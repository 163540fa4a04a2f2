import type { CheckInput } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { promqlCheck } from '../src/index.ts'
import { incident } from './incident.ts'
import { localServer } from './local-server.ts'
import { vector } from './wire.ts'

const target = {
  cluster: 'test',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'checkout',
  labels: {},
}
const input: CheckInput = { incident, symptoms: [], target }
const sample = (value: string, n: number) => ({ metric: { n: `${n}` }, value: [1, value] })

async function ask(good: { below: number } | { above: number }, values: readonly string[]) {
  const { url } = await localServer(() => vector(...values.map(sample)))
  return await promqlCheck({ id: 'c', url, query: 'x', good }).check(input, callContext())
}

test.each([
  [{ below: 0.5 }, ['0.1', '0.4'], 'good', 0.4],
  [{ below: 0.5 }, ['0.1', '0.5'], 'bad', 0.5],
  [{ above: 2 }, ['3', '4'], 'good', 3],
  [{ above: 2 }, ['3', '1'], 'bad', 1],
  [{ above: 2 }, ['2'], 'bad', 2],
] as const)('%o over %o is %s, and the worst series is the measure', async (good, values, verdict, value) => {
  const better = 'below' in good ? 'lower' : 'higher'
  expect(await ask(good, values)).toMatchObject({ verdict, measure: { name: 'c', value, better } })
})

test.each([
  ['no series', []],
  ['one NaN among good ones', ['0.1', 'NaN']],
  ['more series than it can look at', Array.from({ length: 101 }, () => '0')],
])('%s is unknown and measures nothing', async (_, values) => {
  const result = await ask({ below: 0.5 }, values)
  expect(result.verdict).toBe('unknown')
  expect(result).not.toHaveProperty('measure')
})

test('an infinity is bad but no measure, since it cannot be stored', async () => {
  const result = await ask({ below: 0.5 }, ['+Inf'])
  expect(result).toEqual({ verdict: 'bad', because: 'c: +Inf, good is below 0.5' })
})
