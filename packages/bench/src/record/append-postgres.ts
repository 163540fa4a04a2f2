import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { makeDatabase, runOn } from '@mendkit/testbed/make-database'
import { type Effort, type Row, shareRow, statedRow } from '../row.ts'
import { fsyncsPerSecond } from './fsync.ts'
import { scratchFolder } from './scratch.ts'
import type { Servers } from './servers.ts'

/** Signed appending in groups of a hundred by processes that share a log on PostgreSQL, beside inserts that nothing chains. */
export async function* appendOnPostgres({ rounds, smoke }: Effort, servers: Servers): AsyncIterable<Row> {
  const rates = new Map<string, number[]>()
  const note = (name: string, value: number) => rates.set(name, [...(rates.get(name) ?? []), value])
  const milliseconds = smoke ? 50 : 3_000
  for (let round = 0; round < rounds && !('absent' in servers); round += 1) {
    using folder = scratchFolder()
    note('syncs', fsyncsPerSecond(folder.path, smoke ? 5 : 200))
    for (const processes of [1, 4]) {
      for (const which of ['plain', 'ours'] as const) {
        const url = await makeDatabase(servers.postgres)
        if (which === 'plain') {
          await runOn(url, 'create table entry (tenant text, seq bigint, bytes bytea, primary key (tenant, seq))')
        }
        note(`${which} ${processes}`, await rateOf(which, url, processes, milliseconds))
        if (which === 'ours') await assertNoGap(url)
      }
    }
  }
  if (!('absent' in servers)) yield statedRow('fsync rate during it', 'fsyncs/s', rates.get('syncs') ?? [])
  for (const processes of [1, 4]) {
    const name = 'unchained multi-row inserts'
    const yardstick =
      'absent' in servers ? { name, ...servers } : { name, values: rates.get(`plain ${processes}`) ?? [] }
    const title = `signed append on PostgreSQL, groups of 100, ${processes} process${processes > 1 ? 'es' : ''}`
    yield shareRow(title, 'entries/s', rates.get(`ours ${processes}`) ?? [], yardstick, 0.85)
  }
}

async function rateOf(which: 'plain' | 'ours', url: string, processes: number, milliseconds: number): Promise<number> {
  const workers = Array.from({ length: processes }, (_, number) => startWorker(which, url, number, milliseconds))
  await Promise.all(workers.map((worker) => worker.ready))
  for (const worker of workers) worker.begin()
  const each = await Promise.all(workers.map((worker) => worker.rate))
  return each.reduce((sum, rate) => sum + rate)
}

function startWorker(which: string, url: string, number: number, milliseconds: number) {
  const program = fileURLToPath(new URL('append-worker.ts', import.meta.url))
  const args = ['--conditions=mendkit-source', program, which, url, String(number), String(milliseconds)]
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const { stdin, stdout } = child
  if (stdin === null || stdout === null) throw new Error('the worker has no pipes')
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  const line = async () => {
    const next = await lines.next()
    if (next.done === true) throw new Error('a worker that appends ended early')
    return next.value
  }
  const ended = once(child, 'exit')
  const ready = line()
  const rate = ready.then(line).then(async (text) => {
    await ended
    return Number(text)
  })
  return { ready, rate, begin: () => void stdin.write('begin\n') }
}

/** Whatever raced: the log has each of its numbers, once. */
async function assertNoGap(url: string): Promise<void> {
  const [row] = await runOn(url, 'select count(*)::int as count, max(seq)::int as last from mendkit_audit')
  if (row?.['count'] !== Number(row?.['last']) + 1) throw new Error(`the log has a gap: ${JSON.stringify(row)}`)
}
