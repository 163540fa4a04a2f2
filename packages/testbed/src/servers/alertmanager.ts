import { join } from 'node:path'
import { answersOk } from '../machine/http-probe.ts'
import { type ServerProcess, startServer } from '../machine/server-process.ts'
import { alertmanagerConfig } from '../monitoring/alertmanager-config.ts'
import { writeConfiguration } from '../monitoring/reload.ts'
import type { Machine } from './machine.ts'

/** An Alertmanager that can be restarted under the same address. */
export interface AlertmanagerServer {
  /** Ends it in good order, so that it keeps silences but no alerts, and starts it again. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Path of Alertmanager's configuration of the testbed in `folder`. */
export function alertmanagerConfigPath(folder: string): string {
  return join(folder, 'alertmanager.json')
}

/** Starts Alertmanager without a receiver and waits until it is ready. */
export async function startAlertmanager(machine: Machine, port: number): Promise<AlertmanagerServer> {
  await writeConfiguration(alertmanagerConfigPath(machine.folder), alertmanagerConfig([]))
  let server = await launch(machine, port)
  return {
    async restart() {
      await server.stop()
      server = await launch(machine, port)
    },
    stop: () => server.stop('SIGKILL'),
  }
}

async function launch(machine: Machine, port: number): Promise<ServerProcess> {
  const server = startServer(
    {
      name: 'alertmanager',
      program: machine.paths.alertmanager,
      arguments: [
        `--config.file=${alertmanagerConfigPath(machine.folder)}`,
        `--storage.path=${join(machine.folder, 'alertmanager')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        `--web.external-url=http://127.0.0.1:${port}`,
        '--cluster.listen-address=',
        '--log.level=info',
      ],
    },
    machine.folder,
    machine.watchdog,
  )
  await server.ready(() => answersOk(`http://127.0.0.1:${port}/-/ready`))
  return server
}
