/** What one run of the tests came to. */
export interface Tally {
  readonly passed: number
  readonly failed: readonly Failed[]
  readonly skipped: readonly Skipped[]
  /** Failures that belong to no test: a file that does not load, a hook, an unhandled rejection. */
  readonly errors: readonly string[]
}

interface Failed {
  readonly test: string
  readonly messages: readonly string[]
}

export interface Skipped {
  readonly test: string
  /** Absent when the test does not say why; the run has failed then. */
  readonly reason?: string
}

/** The environment variable that tells the reporter which file to write. */
export const reportVariable = 'MENDKIT_TALLY'

/** Adds runs up. The same test on two versions of Node counts twice, because it ran twice. */
export function total(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, one) => sum + one.passed, 0),
    failed: tallies.flatMap((one) => one.failed),
    skipped: tallies.flatMap((one) => one.skipped),
    errors: tallies.flatMap((one) => one.errors),
  }
}

/**
 * The tally of a run whose process ended with `code`. A runner that says that it failed, or that ran nothing, never
 * counts as passed, whatever its report says. A test that was skipped without a reason is a failure of its own.
 */
export function settled(name: string, report: Tally | undefined, code: number): Tally {
  if (report === undefined)
    return { passed: 0, failed: [], skipped: [], errors: [`${name}: the runner ended with ${code} and left no report`] }
  const unexplained = report.skipped.filter((one) => one.reason === undefined)
  const silent = unexplained.map((one) => `${one.test}: skipped without a reason`)
  const quiet = report.failed.length === 0 && report.errors.length === 0
  const errors = [...report.errors, ...silent]
  if (quiet && report.passed === 0) errors.push(`${name}: no test ran`)
  else if (quiet && code !== 0) errors.push(`${name}: the runner ended with ${code} although no test failed`)
  return { ...report, errors }
}

/** One line per reason for skipping, the most frequent first. */
export function skipLines(skipped: readonly Skipped[]): string[] {
  const byReason = Map.groupBy(skipped, (one) => one.reason ?? 'no reason given')
  const groups = [...byReason].sort(([, a], [, b]) => b.length - a.length)
  return groups.map(([reason, list]) => {
    const first = list[0]?.test ?? ''
    return `skipped ${list.length}: ${reason} (${first}${list.length > 1 ? ', …' : ''})`
  })
}

/** Every failure on a line of its own, so that the end of a long run's output tells what failed and not only how much. */
export function failureLines(tally: Tally): string[] {
  const tests = tally.failed.map(({ test, messages }) => `failed: ${test}: ${messages.map(oneLine).join(' | ')}`)
  return [...tests, ...tally.errors.map((error) => `failed outside a test: ${oneLine(error)}`)]
}

const longestMessage = 1000

function oneLine(message: string): string {
  const line = message.replaceAll(/\s*\n\s*/g, ' ')
  return line.length > longestMessage ? `${line.slice(0, longestMessage)} …` : line
}

/** The last line of every run, for people and for programs. */
export function lastLine(tally: Tally): string {
  return `${tally.passed} passed, ${tally.failed.length + tally.errors.length} failed`
}
