import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { AlertInput, Topology } from '@mendkit/core'
import { describe, expect, it } from 'vitest'
import { resolveResource } from '../src/engine/correlate/resolve-resource.ts'
import { type AlertBench, alertBench, deployment } from './support/intake.ts'

// Data that nobody here wrote lies beside the repository on some machines; it is not part of it.
const data = new URL('../../../../shared/data/', import.meta.url)
const present = (folder: string): boolean => {
  const found = existsSync(new URL(folder, data))
  if (!found) console.info(`skipped: ${folder} is not beside the repository`)
  return found
}
const read = (path: string): string => readFileSync(new URL(path, data), 'utf8')

interface WireAlert {
  labels: Record<string, string>
  annotations: Record<string, string>
  startsAt: string
  endsAt: string
  generatorURL: string
  status: string | { state: string }
}

function inputOf({ status, generatorURL, ...alert }: WireAlert): AlertInput {
  const state = typeof status === 'string' ? status : status.state
  const known = { active: 'firing', firing: 'firing', resolved: 'resolved' } as const
  return {
    ...alert,
    generatorUrl: generatorURL,
    status: state in known ? known[state as keyof typeof known] : 'suppressed',
  }
}

/** `payments-api-7d9f8c6b5-dx2lq` belongs to Deployment `payments-api`. */
const hashTopology: Topology = {
  spec: 1,
  id: 'hash',
  owners: async ({ kind, name, cluster, namespace = '' }) => {
    const owner = /^(.+)-[a-f0-9]{8,10}-[a-z0-9]{5}$/.exec(name)?.[1]
    return kind === 'Pod' && owner !== undefined ? [{ ...deployment(owner), cluster, namespace, labels: {} }] : []
  },
}

const openIncidents = async ({ store, ctx }: AlertBench) => store.list('incident', { tenant: 'acme', limit: 100 }, ctx)

describe.skipIf(!present('alertmanager-captured/'))('what a real Alertmanager sent (needs recorded data)', () => {
  it('is taken without loss, by webhook and by API alike, and correlated', async () => {
    const bench = await alertBench({ integrations: [{ clusters: ['prod-eu-1'], topology: [hashTopology] }] })
    const webhooks = readdirSync(new URL('alertmanager-captured/', data)).filter((name) => name.startsWith('webhook-'))
    for (const name of webhooks) {
      const { body } = JSON.parse(read(`alertmanager-captured/${name}`)) as { body: { alerts: WireAlert[] } }
      expect(await bench.ingest(body.alerts.map(inputOf))).toMatchObject({ accepted: body.alerts.length, refused: [] })
    }
    const alerts = JSON.parse(read('alertmanager-captured/api-v2-alerts.json')) as WireAlert[]
    for (const later of [1, 2]) {
      const poll = { complete: true, asOf: new Date(bench.clock.now() + later).toISOString() }
      expect(await bench.ingest(alerts.map(inputOf), poll)).toMatchObject({ accepted: alerts.length, refused: [] })
    }
    // Two were resolved between the webhooks and the polls, which miss them.
    const gone = bench.alerts().filter(({ status }) => status === 'resolved')
    expect(gone.map(({ labels }) => labels['deployment'] ?? labels['pod'] ?? '').sort()).toEqual([
      'payments-api-7d9f8c6b5-ax2lq',
      'svc-0',
    ])
    expect(bench.alerts()).toHaveLength(alerts.length + gone.length)
    expect(bench.alerts().every(({ cluster }) => cluster === 'prod-eu-1')).toBe(true)

    await bench.correlate()
    const incidents = await openIncidents(bench)
    const titles = incidents.map(({ title }) => title)
    expect(titles.filter((title) => title.includes('payments-api'))).toHaveLength(1)
    expect(titles.some((title) => title.includes('Watchdog'))).toBe(false)
    const firing = bench.alerts().filter(({ status }) => status === 'firing')
    for (const { labels, incidentId } of firing)
      expect(incidentId === undefined).toBe(labels['alertname'] === 'Watchdog')
    for (const { status, labels, incidentId } of bench.alerts()) {
      if (status === 'suppressed' && labels['namespace'] === 'staging') expect(incidentId).toBeUndefined()
    }
  })
})

/** Kinds by the label that names them, as kube-state-metrics and the kubelet call them. */
const kindOfLabel: Record<string, string> = {
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
  job_name: 'Job',
  horizontalpodautoscaler: 'HorizontalPodAutoscaler',
  poddisruptionbudget: 'PodDisruptionBudget',
  persistentvolumeclaim: 'PersistentVolumeClaim',
  persistentvolume: 'PersistentVolume',
  pod: 'Pod',
  node: 'Node',
  service: 'Service',
}

const nameFor = (label: string) => `a-${label.replaceAll('_', '-')}`

/** Every alert of a rule file, with the labels that its texts use. */
function alertsOfRules(text: string): Record<string, string>[] {
  return text
    .split(/^\s*- alert: /m)
    .slice(1)
    .map((rule) => {
      const used = [...rule.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => [label, nameFor(label)] as const)
      const nodeExporter = rule.includes('job="node-exporter"')
      const target = { job: 'node-exporter', namespace: 'monitoring', pod: 'node-exporter-x', instance: 'worker-1' }
      const alertname = rule.slice(0, rule.indexOf('\n')).trim()
      return { ...Object.fromEntries(used), ...(nodeExporter && target), alertname }
    })
}

describe.skipIf(!present('kube-prometheus/'))('the stock rules (needs recorded data)', () => {
  it('name an object with every alert that carries its label, and say what is missing with all others', async () => {
    const bench = await alertBench()
    const files = readdirSync(new URL('kube-prometheus/', data)).filter((name) => name.endsWith('prometheusRule.yaml'))
    const sets = files.flatMap((name) => alertsOfRules(read(`kube-prometheus/${name}`)))
    expect(sets.length).toBeGreaterThan(100)
    await bench.ingest(sets.map((labels) => ({ labels })))
    let resolved = 0
    for (const alert of bench.alerts()) {
      const { labels } = alert
      const resolution = await resolveResource(alert, bench.parts, bench.ctx)
      const label = Object.keys(kindOfLabel).find(
        (name) =>
          labels[name] !== undefined && (labels['namespace'] !== undefined || /^(?:node|persistentvolume)$/.test(name)),
      )
      if (labels['job'] === 'node-exporter')
        expect(resolution).toMatchObject({ resource: { kind: 'Node', name: 'worker-1' } })
      else if (label !== undefined)
        expect(resolution).toMatchObject({ resource: { kind: kindOfLabel[label], name: nameFor(label) } })
      else expect(resolution).toMatchObject({ kind: 'unresolved', because: expect.stringContaining('; add ') })
      if (resolution.kind === 'resolved') resolved += 1
    }
    expect(resolved).toBeGreaterThan(bench.alerts().length / 2)
  })
})

/** Alerts of a scenario, each with the kind, namespace and plain name of what it is about. */
function scenarioAlerts(text: string): { alertname: string; kind: string; namespace: string; name: string }[] {
  const groups = new Map(
    [...text.matchAll(/^\s*id: (\S+)\n\s*kind: (\w+)\n\s*namespace: (\S+)/gm)].map(
      ([, id = '', kind = '', namespace = '']) => [id, { kind, namespace }],
    ),
  )
  return [...text.matchAll(/^\s*- group_id: (\S+)\n\s*id: (\w+)/gm)].flatMap(([, id = '', alertname = '']) => {
    const group = groups.get(id)
    const name = id.replace(/-(?:service|pod|deployment)(?:-\d+)?$/, '')
    return group === undefined || !/^(?:Pod|Service)$/.test(group.kind) ? [] : [{ alertname, name, ...group }]
  })
}

/** A service as such, and a pod as three replicas. */
function alertInputs({ alertname, kind, namespace, name }: ReturnType<typeof scenarioAlerts>[number]): AlertInput[] {
  if (kind === 'Service') return [{ labels: { alertname, namespace, service: name } }]
  return [1, 2, 3].map((replica) => ({ labels: { alertname, namespace, pod: `${name}-${replica}` } }))
}

describe.skipIf(!present('itbench/'))('the storms of incident scenarios (needs recorded data)', () => {
  it('become one incident for each workload that alerts, pods and services together', async () => {
    const owners: Topology['owners'] = async ({ cluster, namespace = '', name }) => {
      return [{ ...deployment(name.replace(/-\d+$/, '')), cluster, namespace, labels: {} }]
    }
    const topology: Topology = { spec: 1, id: 'scenario', owners }
    let storms = 0
    for (const folder of readdirSync(new URL('itbench/', data)).filter((name) => name.startsWith('scenario_'))) {
      const file = `itbench/${folder}/groundtruth_v1.yaml`
      const alerts = existsSync(new URL(file, data)) ? scenarioAlerts(read(file)) : []
      if (alerts.length === 0) continue
      storms += 1
      const bench = await alertBench({ integrations: [{ topology: [topology] }] })
      await bench.ingest(alerts.flatMap(alertInputs))
      await bench.correlate()
      const workloads = new Set(alerts.map(({ namespace, name }) => `${namespace}/${name}`))
      expect(await openIncidents(bench)).toHaveLength(workloads.size)
      expect(bench.alerts().every(({ topmost }) => topmost?.kind === 'Deployment')).toBe(true)
    }
    expect(storms).toBeGreaterThan(10)
  })
})
