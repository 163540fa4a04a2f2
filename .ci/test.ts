import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { repository } from './lib/command.ts'
import { failureLines, lastLine, reportVariable, settled, skipLines, type Tally, total } from './lib/tally.ts'
import { type TestRun, testRuns } from './lib/test-runs.ts'

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

const folder = mkdtempSync(join(tmpdir(), 'mendkit-test-'))
try {
  const tallies: Tally[] = []
  for (const run of testRuns(process.argv.slice(2))) tallies.push(await tallyOf(run, folder))
  const tally = total(tallies)
  for (const line of skipLines(tally.skipped)) console.log(line)
  const failures = failureLines(tally)
  for (const line of failures) console.log(line)
  process.exitCode = failures.length === 0 ? 0 : 1
  console.log(lastLine(tally))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
