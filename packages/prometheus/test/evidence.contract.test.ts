import { evidenceContract, holdsTo } from '@mendkit/testkit'
import { test } from 'vitest'
import { prometheusEvidence } from '../src/index.ts'
import { incident, symptom } from './incident.ts'
import { echoing, localServer, nowhere } from './local-server.ts'
import { matrix, vector } from './wire.ts'

const secret = 's3cret-t0ken-of-the-query'
const headers = { authorization: `Basic ${Buffer.from(`me:${secret}`).toString('base64')}` }
const metric = { __name__: 'up', namespace: 'shop', pod: 'checkout-1' }
const rule = { type: 'alerting', name: 'Down', query: 'up == 0', duration: 60, state: 'firing', health: 'ok' }

holdsTo(test, 'prometheusEvidence', evidenceContract, async () => {
  const answering = await localServer(({ path }) => {
    if (path.endsWith('/query')) return vector({ metric, value: [1_767_225_600.5, '1'] })
    if (path.endsWith('/query_range')) return matrix({ metric, values: [[1_767_225_600.5, 'NaN']] })
    return { status: 'success', data: { groups: [{ name: 'g', interval: 30, rules: [rule] }] } }
  })
  const rejecting = await localServer(echoing(401))
  const evidence = (url: string) => prometheusEvidence({ url, headers, cluster: 'test', queries: { up: 'up == 1' } })
  return {
    source: evidence(answering.url),
    incident,
    symptoms: [symptom('Down'), symptom('Down', 'other')],
    answered: [
      { tool: 'prometheus.query', input: { query: 'up' } },
      { tool: 'prometheus.query-range', input: { query: 'up', minutes: 5 } },
      { tool: 'prometheus.alert-rule', input: { alertname: 'Down' } },
    ],
    gone: { tool: 'prometheus.alert-rule', input: { alertname: 'Renamed' } },
    unreachable: evidence(nowhere),
    rejected: evidence(rejecting.url),
    secret,
  }
})
