import type { CheckInput } from '@mendkit/core'
import { checkContract, holdsTo } from '@mendkit/testkit'
import { test } from 'vitest'
import { promqlCheck } from '../src/index.ts'
import { incident } from './incident.ts'
import { echoing, localServer, nowhere } from './local-server.ts'
import { vector } from './wire.ts'

const secret = 's3cret-t0ken-of-the-check'

/** Answers by namespace, so that the placeholders are seen to work. */
async function metrics() {
  return await localServer(({ query }) => {
    const asked = query.get('query') ?? ''
    const values = { well: ['0.01', '0.02'], sick: ['0.01', '0.6'], silent: [], odd: ['NaN'] }
    const [, namespace = ''] = /errors\{namespace="(\w+)"\}/.exec(asked) ?? []
    const found = values[namespace as keyof typeof values] ?? []
    return vector(...found.map((value, n) => ({ metric: { n: String(n) }, value: [1_767_225_600, value] })))
  })
}

holdsTo(test, 'promqlCheck', checkContract, async () => {
  const { url } = await metrics()
  const rejecting = await localServer(echoing(403))
  const check = (at: string) =>
    promqlCheck({
      id: 'error-rate',
      url: at,
      headers: { 'x-scope-orgid': secret },
      query: 'errors{namespace="$namespace"}',
      good: { below: 0.05 },
    })
  const about = (namespace: string): CheckInput => ({
    incident,
    symptoms: [],
    target: { cluster: 'test', apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'checkout', labels: {} },
  })
  return {
    good: { check: check(url), input: about('well') },
    bad: { check: check(url), input: about('sick') },
    noData: { check: check(url), input: about('silent') },
    unreachable: { check: check(nowhere), input: about('well') },
    elsewhere: { check: check(url), input: about('x"} or vector(0) #') },
    rejected: { check: check(rejecting.url), input: about('well') },
    secret,
  }
})
