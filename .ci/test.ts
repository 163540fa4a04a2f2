import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { repository } from './lib/command.ts'
import { lastLine, reportVariable, settled, skipLines, type Tally, total } from './lib/tally.ts'

/** The oldest Node that the packages support, installed beside the one that everything else runs on. */
const oldestNode = join(repository, 'node_modules', 'node22', 'bin', 'node')

interface TestRun {
  readonly name: string
  readonly node: string
  readonly args: readonly string[]
}

function exitCode({ node, args }: TestRun, report: string): Promise<number> {
  const vitest = join(repository, 'node_modules', 'vitest', 'vitest.mjs')
  const reporter = join(repository, '.ci', 'lib', 'tally-reporter.ts')
  return new Promise((resolve, reject) => {
    const child = spawn(node, [vitest, 'run', '--reporter=default', `--reporter=${reporter}`, ...args], {
      cwd: repository,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        [reportVariable]: report,
        PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`,
      },
    })
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
}

async function tallyOf(run: TestRun, folder: string): Promise<Tally> {
  const report = join(folder, `${run.name.replaceAll(/\W+/g, '-')}.json`)
  console.log(`\n== ${run.name}`)
  const code = await exitCode(run, report)
  const tally = existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as Tally) : undefined
  return settled(run.name, tally, code)
}

const chosen = process.argv.slice(2)
const everything: TestRun = { name: `Node ${process.versions.node}`, node: process.execPath, args: chosen }
const oldest: TestRun = { name: 'unit tests on Node 22', node: oldestNode, args: ['--project', 'unit'] }

const folder = mkdtempSync(join(tmpdir(), 'mendkit-test-'))
try {
  const tallies: Tally[] = []
  // Arguments choose tests for a quick look; only a run of everything also runs on the oldest Node.
  for (const run of chosen.length > 0 ? [everything] : [everything, oldest]) tallies.push(await tallyOf(run, folder))
  const tally = total(tallies)
  for (const line of skipLines(tally.skipped)) console.log(line)
  for (const error of tally.errors) console.error(`failed outside a test: ${error}`)
  process.exitCode = tally.failed + tally.errors.length === 0 ? 0 : 1
  console.log(lastLine(tally))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
