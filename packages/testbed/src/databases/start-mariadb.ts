import { mkdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { databaseEnvironment } from '../build/find-databases.ts'
import { runCommand } from '../build/run-command.ts'
import { type ServerProcess, startServer } from '../machine/server-process.ts'
import { type DatabaseMachine, giveFolder } from './database-machine.ts'

/** Makes an empty MariaDB and starts it. Its only user is `mendkit`, who may do everything and needs the password. */
export async function startMariadb(machine: DatabaseMachine, port: number, password: string): Promise<ServerProcess> {
  const { folder, paths, user, watchdog } = machine
  const data = join(folder, 'mariadb')
  const share = join(paths.root, 'usr', 'share', 'mysql')
  const environment = databaseEnvironment(paths.root)
  await mkdir(data)
  await giveFolder(data, user)
  const common = [
    // Has to stand first.
    '--no-defaults',
    `--datadir=${data}`,
    `--tmpdir=${data}`,
    `--lc-messages-dir=${share}`,
    `--character-sets-dir=${join(share, 'charsets')}`,
    `--plugin-dir=${join(paths.root, 'usr', 'lib', 'mysql', 'plugin')}`,
    '--innodb-buffer-pool-size=64M',
    '--innodb-log-file-size=32M',
    // What this kernel offers is not the same everywhere.
    '--innodb-use-native-aio=0',
  ]
  const systemTables = ['mysql_system_tables.sql', 'mysql_performance_tables.sql', 'mysql_system_tables_data.sql']
  const texts = await Promise.all(systemTables.map((file) => readFile(join(share, file), 'utf8')))
  const input = [
    'create database mysql;\nuse mysql;\n',
    ...texts,
    `flush privileges;\ncreate user mendkit@'%' identified by '${password}';\n`,
    `grant all privileges on *.* to mendkit@'%' with grant option;\n`,
  ].join('\n')
  await runCommand(paths.mariadbd, [...common, '--bootstrap'], { folder, environment, input, user })
  const server = startServer(
    {
      name: 'mariadb',
      program: paths.mariadbd,
      arguments: [
        ...common,
        `--port=${port}`,
        '--bind-address=127.0.0.1',
        `--socket=${join(data, 'socket')}`,
        `--pid-file=${join(data, 'pid')}`,
        '--skip-name-resolve',
        '--max-connections=200',
        '--innodb-flush-log-at-trx-commit=1',
      ],
      environment,
      user,
    },
    folder,
    watchdog,
  )
  await server.ready(() => greets(port))
  return server
}

/** Whether the server greets a connection, as it does once it takes any. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })
}
