import { join } from 'node:path'
import { answersOk } from '../machine/http-probe.ts'
import { type ServerProcess, startServer } from '../machine/server-process.ts'
import { alertRules } from '../monitoring/alert-rules.ts'
import { writeConfiguration } from '../monitoring/reload.ts'
import type { Machine } from './machine.ts'

/** Ports of Prometheus and of those it talks to. */
export interface PrometheusPorts {
  readonly own: number
  readonly kubeStateMetrics: number
  readonly alertmanager: number
}

/** Path of the rules file of the testbed in `folder`. */
export function rulesPath(folder: string): string {
  return join(folder, 'prometheus-rules.json')
}

/** Starts Prometheus with the usual rules; it scrapes and evaluates every second and looks back 10 s. */
export async function startPrometheus(machine: Machine, ports: PrometheusPorts): Promise<ServerProcess> {
  const configPath = join(machine.folder, 'prometheus.json')
  await writeConfiguration(rulesPath(machine.folder), { groups: alertRules() })
  await writeConfiguration(configPath, {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [rulesPath(machine.folder)],
    alerting: {
      alertmanagers: [{ api_version: 'v2', static_configs: [{ targets: [`127.0.0.1:${ports.alertmanager}`] }] }],
    },
    scrape_configs: [
      {
        job_name: 'kube-state-metrics',
        // Its namespace and pod labels are those of the objects, as in most clusters.
        honor_labels: true,
        static_configs: [{ targets: [`127.0.0.1:${ports.kubeStateMetrics}`] }],
      },
    ],
  })
  const server = startServer(
    {
      name: 'prometheus',
      program: machine.paths.prometheus,
      arguments: [
        `--config.file=${configPath}`,
        `--storage.tsdb.path=${join(machine.folder, 'prometheus')}`,
        `--web.listen-address=127.0.0.1:${ports.own}`,
        `--web.external-url=http://127.0.0.1:${ports.own}`,
        '--web.enable-lifecycle',
        '--query.lookback-delta=10s',
        // Alertmanager forgets alerts over a restart; it has them again after 5 s.
        '--rules.alert.resend-delay=5s',
        '--log.level=warn',
      ],
    },
    machine.folder,
    machine.watchdog,
  )
  await server.ready(() => answersOk(`http://127.0.0.1:${ports.own}/-/ready`))
  return server
}
