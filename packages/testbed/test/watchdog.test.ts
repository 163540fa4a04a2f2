import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isAlive, listRuns, sweepDeadRuns, writeRunState } from '../src/machine/run-folder.ts'
import { startServer } from '../src/machine/server-process.ts'
import { waitUntil } from '../src/machine/wait-until.ts'
import { startWatchdog } from '../src/machine/watchdog.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'testbed-machine-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const program = `
import { startServer } from '${import.meta.dirname}/../src/machine/server-process.ts'
import { startWatchdog } from '${import.meta.dirname}/../src/machine/watchdog.ts'
const folder = process.argv[1]
const command = { name: 'sleeper', program: 'sh', arguments: ['-c', 'sleep 600 & sleep 600'] }
console.log(startServer(command, folder, startWatchdog(folder)).pid)
setInterval(() => {}, 1000)
`

test('kill -9 of the owner ends its servers with their children, and removes the folder', async () => {
  const node = [
    process.execPath,
    '--conditions=mendkit-source',
    '--input-type=module-typescript',
    '-e',
    program,
    folder,
  ]
  const owner = spawn(node[0] ?? '', node.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed] = await once(owner.stdout, 'data')
  const pid = Number(String(printed))
  expect(runs(pid)).toBe(true)
  owner.kill('SIGKILL')
  await waitUntil('the server ending', () => !runs(pid) && !runs(-pid))
  await waitUntil('the folder being removed', () => !existsSync(folder))
  // A whole Node starts from sources here.
}, 30_000)

test('finish ends what runs and leaves alone what was stopped before', async () => {
  const watchdog = startWatchdog(folder)
  const command = { program: 'sleep', arguments: ['600'] }
  const first = startServer({ name: 'first', ...command }, folder, watchdog)
  const second = startServer({ name: 'second', ...command }, folder, watchdog)
  await first.stop()
  expect(runs(first.pid)).toBe(false)
  await watchdog.finish()
  await waitUntil('the second server ending', () => !runs(second.pid))
  expect(existsSync(folder)).toBe(false)
})

test('a server that ends while starting is reported with the end of its log', async () => {
  const watchdog = startWatchdog(folder)
  const command = { name: 'doomed', program: 'sh', arguments: ['-c', 'echo no such flag; exit 3'] }
  const server = startServer(command, folder, watchdog)
  await expect(server.ready(async () => false)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/doomed ended while starting[\s\S]*no such flag/),
  })
  await watchdog.finish()
})

test('what a dead testbed left behind is swept, and only that', async () => {
  const left = join(folder, 'run', 'dead')
  await mkdir(left, { recursive: true })
  const state = { id: 'dead', purpose: 'test' as const, controlUrl: 'http://127.0.0.1:1', controlToken: 't' }
  await writeRunState(left, state)
  await writeFile(join(folder, 'elsewhere'), '')
  const reader = (path: string) => spawn('tail', ['-f', path], { detached: true, stdio: 'ignore' })
  const orphan = reader(join(left, 'state.json'))
  const stranger = reader(join(folder, 'elsewhere'))
  expect(await isAlive(state)).toBe(false)
  const orphanGone = once(orphan, 'exit')
  expect(await sweepDeadRuns(folder)).toBe(1)
  await orphanGone
  expect(await listRuns(folder)).toEqual([])
  expect(runs(stranger.pid ?? 0)).toBe(true)
  stranger.kill('SIGKILL')
})
