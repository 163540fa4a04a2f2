import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { databaseEnvironment } from '../build/find-databases.ts'
import { runCommand } from '../build/run-command.ts'
import { type ServerProcess, startServer } from '../machine/server-process.ts'
import type { DatabaseMachine } from './database-machine.ts'

/** Makes an empty PostgreSQL cluster and starts it. Its superuser is `mendkit`; every connection needs the password. */
export async function startPostgres(machine: DatabaseMachine, port: number, password: string): Promise<ServerProcess> {
  const { folder, paths, user, watchdog } = machine
  const data = join(folder, 'postgres')
  const environment = databaseEnvironment(paths.root)
  const passwordFile = join(folder, 'postgres-password')
  await writeFile(passwordFile, `${password}\n`)
  await runCommand(
    paths.initdb,
    [
      ...['--pgdata', data, '--username', 'mendkit', '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
      ...['--encoding', 'UTF8', '--no-locale', '--no-sync'],
    ],
    { folder, environment, user },
  )
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'on',
    // Shared memory as files of the data folder goes away with it, however the server ends.
    dynamic_shared_memory_type: 'mmap',
    max_connections: 200,
    timezone: 'GMT',
    log_timezone: 'GMT',
  }
  const server = startServer(
    {
      name: 'postgres',
      program: paths.postgres,
      arguments: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      environment,
      user,
    },
    folder,
    watchdog,
  )
  await server.ready(() => answersPostgres(port))
  return server
}

/** Whether the server takes connections. */
function answersPostgres(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    // A startup message of protocol 3.0 without a password: refused for want of one (R), or for still starting (E).
    const parameters = Buffer.from('user\0mendkit\0database\0postgres\0\0')
    const message = Buffer.alloc(8 + parameters.length)
    message.writeInt32BE(message.length, 0)
    message.writeInt32BE(196_608, 4)
    parameters.copy(message, 8)
    socket.once('connect', () => socket.write(message))
    socket.once('data', (answer) => {
      socket.destroy()
      resolve(answer[0] === 'R'.charCodeAt(0))
    })
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })
}
