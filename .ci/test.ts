import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { repository } from './lib/command.ts'
import { failureLines, lastLine, reportVariable, settled, skipLines, type Tally, total } from './lib/tally.ts'
import { type TestRun, testRuns } from './lib/test-runs.ts'

/** Where the output of a run goes: to whoever watches, or to a file until the run is over. */
type Output = { readonly kind: 'watched' } | { readonly kind: 'kept'; readonly file: string }

/** Tests start hundreds of processes from the same sources: each source is compiled once for all of them. */
const compileCache = join(repository, 'node_modules', '.cache', 'node-compile')

function exitCode({ node, args }: TestRun, report: string, output: Output): Promise<number> {
  const vitest = join(repository, 'node_modules', 'vitest', 'vitest.mjs')
  const reporter = join(repository, '.ci', 'lib', 'tally-reporter.ts')
  const kept = output.kind === 'kept' ? openSync(output.file, 'w') : undefined
  return new Promise<number>((resolve, reject) => {
    const child = spawn(node, [vitest, 'run', '--reporter=default', `--reporter=${reporter}`, ...args], {
      cwd: repository,
      stdio: ['ignore', kept ?? 'inherit', kept ?? 'inherit'],
      env: {
        ...process.env,
        [reportVariable]: report,
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? compileCache,
        PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`,
      },
    })
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  }).finally(() => {
    if (kept !== undefined) closeSync(kept)
  })
}

async function tallyOf(run: TestRun, folder: string, isWatched: boolean): Promise<Tally> {
  const file = join(folder, run.name.replaceAll(/\W+/g, '-'))
  const report = `${file}.json`
  const output: Output = isWatched ? { kind: 'watched' } : { kind: 'kept', file: `${file}.txt` }
  const beside = output.kind === 'kept' ? ', beside the others; its output follows when it is over' : ''
  console.log(`\n== ${run.name}${beside}`)
  const code = await exitCode(run, report, output)
  if (output.kind === 'kept') console.log(`\n== ${run.name}, its output\n${readFileSync(output.file, 'utf8')}`)
  const tally = existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as Tally) : undefined
  return settled(run.name, tally, code)
}

/** Two runs at a time, in this order; whoever watches sees the first. */
async function talliesOf(runs: readonly TestRun[], folder: string): Promise<readonly Tally[]> {
  const tallies: Tally[] = []
  const left = runs.entries()
  const work = async () => {
    for (const [index, run] of left) tallies.push(await tallyOf(run, folder, index === 0))
  }
  await Promise.all([work(), work()])
  return tallies
}

const folder = mkdtempSync(join(tmpdir(), 'mendkit-test-'))
try {
  const tallies: Tally[] = []
  for (const runs of testRuns(process.argv.slice(2))) tallies.push(...(await talliesOf(runs, folder)))
  const tally = total(tallies)
  for (const line of skipLines(tally.skipped)) console.log(line)
  const failures = failureLines(tally)
  for (const line of failures) console.log(line)
  process.exitCode = failures.length === 0 ? 0 : 1
  console.log(lastLine(tally))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
