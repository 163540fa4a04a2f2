import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findServers } from '@mendkit/testbed'
import { cpuSecondsAtRest, freePort, residentMiB, started, untilAnswers } from '../machine.ts'
import { comparedRow, type Effort, type Row, statedRow } from '../row.ts'

const perRequest = 1_000

/**
 * Ten thousand alerts over loopback HTTP: ours by webhook, the real Alertmanager by its API, each in its own wire format
 * from the same client, in CPU seconds of the server until it has nothing left to do. Our engine takes and does not run.
 */
export async function* intake({ rounds, smoke }: Effort): AsyncIterable<Row> {
  const alerts = smoke ? 2_000 : 10_000
  const memory: number[] = []
  const sqlite: number[] = []
  const alertmanager: number[] = []
  const resident: number[] = []
  const found = findServers()
  const binary = found.kind === 'found' ? found.paths.alertmanager : undefined
  for (let round = 0; round < rounds; round += 1) {
    const ours = await takeOurs('memory', alerts)
    memory.push(ours.cpu)
    resident.push(ours.residentMiB)
    sqlite.push((await takeOurs('sqlite', alerts)).cpu)
    if (binary !== undefined) alertmanager.push(await takeAlertmanager(binary, alerts))
  }
  const yardstick =
    binary === undefined
      ? { name: 'Alertmanager', absent: 'run `pnpm testbed build`' }
      : { name: 'Alertmanager', values: alertmanager }
  yield comparedRow(`intake of ${alerts} alerts, memory`, 'CPU s', memory, yardstick, 5)
  yield comparedRow(`intake of ${alerts} alerts, SQLite`, 'CPU s', sqlite, yardstick, 3)
  yield statedRow(`resident with ${alerts} live alerts, memory`, 'MiB', resident)
}

async function takeOurs(store: 'memory' | 'sqlite', alerts: number): Promise<{ cpu: number; residentMiB: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-bench-'))
  const port = await freePort()
  const file = store === 'memory' ? 'memory' : join(folder, 'bench.db')
  const program = fileURLToPath(new URL('../servers/intake-server.ts', import.meta.url))
  try {
    await using server = started(process.execPath, ['--conditions=mendkit-source', program, String(port), file])
    await untilAnswers(`http://127.0.0.1:${port}/ready`)
    const url = `http://127.0.0.1:${port}/alerts`
    const headers = { authorization: 'Bearer a-secret-of-the-bench', 'content-type': 'application/json' }
    // One alert opens the store and compiles the path, as in a host that has been up for a while.
    await post(url, headers, webhookBody(0, 1, 'warm-up'))
    const before = await cpuSecondsAtRest(server.pid)
    for (let from = 0; from < alerts; from += perRequest)
      await post(url, headers, webhookBody(from, perRequest, 'storm'))
    return { cpu: (await cpuSecondsAtRest(server.pid)) - before, residentMiB: residentMiB(server.pid) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function takeAlertmanager(binary: string, alerts: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-bench-'))
  const port = await freePort()
  writeFileSync(
    join(folder, 'alertmanager.yml'),
    "route: { receiver: none, group_by: ['alertname'] }\nreceivers: [{ name: none }]\n",
  )
  const args = [
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
    '--log.level=error',
  ]
  try {
    await using server = started(binary, args)
    await untilAnswers(`http://127.0.0.1:${port}/-/ready`)
    const url = `http://127.0.0.1:${port}/api/v2/alerts`
    const headers = { 'content-type': 'application/json' }
    await post(url, headers, apiBody(0, 1, 'warm-up'))
    const before = await cpuSecondsAtRest(server.pid)
    for (let from = 0; from < alerts; from += perRequest) await post(url, headers, apiBody(from, perRequest, 'storm'))
    return (await cpuSecondsAtRest(server.pid)) - before
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function post(url: string, headers: Record<string, string>, body: string): Promise<void> {
  const reply = await fetch(url, { method: 'POST', headers, body })
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`)
  await reply.arrayBuffer()
}

function labels(index: number, name: string) {
  return {
    alertname: name,
    namespace: `team-${index % 50}`,
    pod: `service-${index % 500}-${index}`,
    severity: index % 3 === 0 ? 'critical' : 'warning',
    instance: `10.0.${index % 250}.${index % 200}:8080`,
  }
}

function annotations(index: number) {
  return { summary: `Pod service-${index % 500}-${index} is not well`, runbook_url: 'https://runbooks.example/pods' }
}

function webhookBody(from: number, count: number, name: string): string {
  const startsAt = new Date().toISOString()
  const alerts = Array.from({ length: count }, (_, offset) => ({
    status: 'firing',
    labels: labels(from + offset, name),
    annotations: annotations(from + offset),
    startsAt,
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus.example/graph',
    fingerprint: (from + offset).toString(16).padStart(16, '0'),
  }))
  return JSON.stringify({
    version: '4',
    groupKey: '{}:{}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'bench',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example',
    alerts,
  })
}

function apiBody(from: number, count: number, name: string): string {
  const startsAt = new Date().toISOString()
  return JSON.stringify(
    Array.from({ length: count }, (_, offset) => ({
      labels: labels(from + offset, name),
      annotations: annotations(from + offset),
      startsAt,
      generatorURL: 'http://prometheus.example/graph',
    })),
  )
}
