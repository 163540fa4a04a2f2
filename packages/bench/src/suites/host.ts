import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freePort, residentMiB, started, untilAnswers } from '../machine.ts'
import { type Effort, type Row, statedRow } from '../row.ts'
import { type IdleRequests, idleHour } from './idle-hour.ts'

/** What a host pays for having Mendkit in its process. */
export async function* host({ rounds, smoke }: Effort): AsyncIterable<Row> {
  for (const name of ['core', 'sql', 'prometheus', 'kubernetes', 'notify']) yield importRow(name, rounds)
  const idle: number[] = []
  for (let round = 0; round < rounds; round += 1) idle.push(await idleMemory())
  yield statedRow('resident, idle host with memory store and webhook', 'MiB', idle)
  const hours: IdleRequests[] = []
  for (let round = 0; round < rounds; round += 1) hours.push(await idleHour(smoke ? 1 / 30 : 1))
  const start = hours.map((hour) => hour.start)
  const perHour = hours.map((hour) => hour.perHour)
  yield statedRow("requests to the API server, start of the README's host", 'requests', start)
  yield statedRow("requests to the API server per idle hour, README's host", 'requests', perHour)
}

function importRow(name: string, rounds: number): Row {
  const built = fileURLToPath(new URL(`../../../${name}/dist/index.js`, import.meta.url))
  const bound = name === 'core' ? { atMost: 100 } : undefined
  const title = `import of @mendkit/${name}`
  if (!existsSync(built)) {
    return {
      ...statedRow(title, 'ms', [Number.NaN], bound),
      met: null,
      yardstick: { name: 'built package', absent: 'run `pnpm build`' },
    }
  }
  const program = `const from = performance.now(); await import(${JSON.stringify(built)}); console.log(performance.now() - from)`
  const times = Array.from({ length: rounds }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })),
  )
  return statedRow(title, 'ms', times, bound)
}

async function idleMemory(): Promise<number> {
  const port = await freePort()
  const program = fileURLToPath(new URL('../servers/intake-server.ts', import.meta.url))
  await using server = started(process.execPath, [
    '--conditions=mendkit-source',
    program,
    String(port),
    'memory',
    'run',
  ])
  await untilAnswers(`http://127.0.0.1:${port}/ready`)
  return residentMiB(server.pid)
}
