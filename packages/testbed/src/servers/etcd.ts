import { join } from 'node:path'
import { answersOk } from '../machine/http-probe.ts'
import { type ServerProcess, startServer } from '../machine/server-process.ts'
import type { Machine } from './machine.ts'

/** Starts etcd and waits until it is healthy. It does not sync to disk: a testbed's data need not outlive it. */
export async function startEtcd(machine: Machine, ports: { client: number; peer: number }): Promise<ServerProcess> {
  const client = `http://127.0.0.1:${ports.client}`
  const peer = `http://127.0.0.1:${ports.peer}`
  const server = startServer(
    {
      name: 'etcd',
      program: machine.paths.etcd,
      arguments: [
        `--data-dir=${join(machine.folder, 'etcd')}`,
        `--listen-client-urls=${client}`,
        `--advertise-client-urls=${client}`,
        `--listen-peer-urls=${peer}`,
        `--initial-advertise-peer-urls=${peer}`,
        `--initial-cluster=default=${peer}`,
        '--unsafe-no-fsync',
        '--log-level=warn',
      ],
    },
    machine.folder,
    machine.watchdog,
  )
  await server.ready(() => answersOk(`${client}/health`))
  return server
}
