import type { EvidenceSource, JsonObject } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { prometheusEvidence } from '../src/index.ts'
import { incident, symptom } from './incident.ts'
import { localServer } from './local-server.ts'
import { matrix, vector } from './wire.ts'

const url = 'http://prometheus:9090'

async function read(source: EvidenceSource, tool: string, input: JsonObject) {
  const found = source.tools.find((each) => each.name === tool)
  return await (found?.read(input, callContext()) ?? expect.unreachable(`no tool ${tool}`))
}

describe('what is gathered', () => {
  test('the rules of the first five alert names, and every query that the resource can fill', async () => {
    const source = prometheusEvidence({
      url,
      id: 'prom-eu',
      queries: {
        restarts: 'increase(kube_pod_container_status_restarts_total{namespace="$namespace",pod=~"$name-.*"}[5m])',
        load: 'node_load1',
        other: 'up{cluster="$cluster",kind="$kind"}',
      },
    })
    const symptoms = ['A', 'B', 'A', 'C', 'D', 'E', 'F'].map((name) => symptom(name))
    const requests = await source.gather(incident, symptoms, callContext())
    expect(requests.map((request) => request.input['alertname'] ?? request.input['query'])).toEqual([
      ...['A', 'B', 'C', 'D', 'E'],
      'increase(kube_pod_container_status_restarts_total{namespace="shop",pod=~"checkout-.*"}[5m])',
      'node_load1',
      'up{cluster="test",kind="Deployment"}',
    ])
    expect(new Set(requests.map((request) => request.tool))).toEqual(new Set(['prom-eu.alert-rule', 'prom-eu.query']))
  })

  test.each([
    ['a quote', 'checkout"} or vector(1) #'],
    ['a regular expression', 'checkout|.*'],
    ['a placeholder', '$namespace'],
    ['nothing', ''],
  ])('never a query whose resource name holds %s', async (_, name) => {
    const source = prometheusEvidence({ url, queries: { up: 'up{pod="$name"}' } })
    const resource = { cluster: 'test', apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name }
    expect(await source.gather({ ...incident, resource }, [], callContext())).toEqual([])
    const { resource: _none, ...without } = incident
    expect(await source.gather(without, [], callContext())).toEqual([])
  })
})

describe('the facts', () => {
  test('name the object of a series, with the labels that the exporter meant', async () => {
    const series = [
      { namespace: 'shop', pod: 'kube-state-metrics-1', deployment: 'checkout' },
      { namespace: 'monitoring', exported_namespace: 'shop', pod: 'ksm-1', exported_pod: 'checkout-1' },
      { cluster: 'us', node: 'node-7', namespace: 'monitoring' },
      { namespace: 'shop' },
      { namespace: 'shop', cronjob: 'report', pod: 'ksm-1' },
      { exported_namespace: 'shop', namespace: 'monitoring', horizontalpodautoscaler: 'checkout', pod: 'ksm-1' },
      { namespace: 'shop', persistentvolumeclaim: 'data-0', node: 'node-7' },
    ]
    const { url } = await localServer(() => vector(...series.map((metric) => ({ metric, value: [1, '2'] }))))
    const { facts } = await read(prometheusEvidence({ url, cluster: 'eu' }), 'prometheus.query', {
      query: 'x',
      name: 'restarts',
    })
    expect(facts.map((fact) => fact.resource)).toEqual([
      { cluster: 'eu', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'checkout' },
      { cluster: 'eu', apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'checkout-1' },
      { cluster: 'eu', apiVersion: 'v1', kind: 'Node', name: 'node-7' },
      undefined,
      { cluster: 'eu', apiVersion: 'batch/v1', kind: 'CronJob', namespace: 'shop', name: 'report' },
      {
        cluster: 'eu',
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        namespace: 'shop',
        name: 'checkout',
      },
      { cluster: 'eu', apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data-0' },
    ])
    expect(facts[0]).toMatchObject({
      name: 'metric.restarts',
      kind: 'metric',
      value: 2,
      observedAt: '1970-01-01T00:00:01.000Z',
    })
  })

  test('without a known cluster name no object, and are told apart by their labels', async () => {
    const series = ['a', 'b'].map((instance) => ({ metric: { pod: 'p', namespace: 'n', instance }, value: [1, '2'] }))
    const { url } = await localServer(() => vector(...series))
    const { facts } = await read(prometheusEvidence({ url }), 'prometheus.query', { query: 'x' })
    expect(facts.map((fact) => fact.resource)).toEqual([undefined, undefined])
    expect(new Set(facts.map((fact) => fact.name)).size).toBe(2)
  })

  test('of a range are its first, last, least and greatest value; text shows how it went', async () => {
    const values = [5, 'NaN', 1, 9, 3].map((value, n) => [n * 15, String(value)])
    const { url } = await localServer(() => matrix({ metric: { __name__: 'load' }, values }))
    const { facts, text } = await read(prometheusEvidence({ url }), 'prometheus.query-range', {
      query: 'load',
      minutes: 1,
    })
    expect(facts.map((fact) => [fact.name, fact.value])).toEqual([
      ['metric.value.first', 5],
      ['metric.value.last', 3],
      ['metric.value.min', 1],
      ['metric.value.max', 9],
    ])
    expect(text).toBe('load{} 5 NaN 1 9 3')
  })

  test('are at most fifty series; the rest is a warning', async () => {
    const many = Array.from({ length: 51 }, (_, n) => ({ metric: { n: `${n}` }, value: [1, '1'] }))
    const { url } = await localServer(() => vector(...many))
    const reading = await read(prometheusEvidence({ url }), 'prometheus.query', { query: 'x' })
    expect(reading.facts.length).toBe(50)
    expect(reading.warnings).toEqual(['more than 50 series: only the first 50 are here'])
  })

  test('of a rule are its state and health; text shows the expression and why it fails', async () => {
    const rule = {
      type: 'alerting',
      name: 'Down',
      query: 'up == 0',
      duration: 60,
      keepFiringFor: 30,
      state: 'inactive',
      health: 'err',
      lastError: 'many-to-many matching',
    }
    const { url } = await localServer(() => ({ status: 'success', data: { groups: [{ name: 'g', rules: [rule] }] } }))
    const { facts, text } = await read(prometheusEvidence({ url }), 'prometheus.alert-rule', { alertname: 'Down' })
    expect(facts.map((fact) => [fact.name, fact.value])).toEqual([
      ['alert-rule.state', 'inactive'],
      ['alert-rule.health', 'err'],
    ])
    expect(text).toBe('Down: up == 0\nfor: 60s, keep firing for: 30s\nlast error: many-to-many matching')
  })
})
