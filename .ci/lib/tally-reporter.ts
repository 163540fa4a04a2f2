import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { SerializedError } from 'vitest'
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node'
import { reportVariable, type Skipped, type Tally } from './tally.ts'

/** Failures of a file or a suite as a whole, such as an import or a hook. */
function ownErrors(node: TestModule | TestSuite): string[] {
  const suites = [...node.children].filter((child) => child.type === 'suite')
  const where = node.type === 'module' ? node.relativeModuleId : node.fullName
  return [...node.errors().map((error) => `${where}: ${error.message}`), ...suites.flatMap(ownErrors)]
}

/** An error outside a test, with the place in the source where vitest knows it. */
function placed(error: SerializedError): string {
  const [first] = (error.stacks ?? []) as readonly Partial<{ file: string; line: number }>[]
  return first?.file === undefined
    ? error.message
    : `${relative(process.cwd(), first.file)}:${first.line}: ${error.message}`
}

/** A reason comes from `skip(reason)`, or stands as `(needs something)` in the name of the test or its suite. */
function reasonOf(test: TestCase): string | undefined {
  const result = test.result()
  const note = result.state === 'skipped' ? result.note : undefined
  return note ?? /\((needs [^)]+)\)/.exec(test.fullName)?.[1]
}

/** Writes what vitest's own output does not keep: the reasons for skipping, beside the counts. */
class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const path = process.env[reportVariable]
    if (path === undefined) throw new Error(`set ${reportVariable} to the file that the report goes to`)
    const tests = modules.flatMap((module) => [...module.children.allTests()].map((test) => ({ module, test })))
    const inState = (state: string) => tests.filter(({ test }) => test.result().state === state)
    const skipped = inState('skipped').map(({ module, test }): Skipped => {
      const reason = reasonOf(test)
      return { test: `${module.relativeModuleId}: ${test.fullName}`, ...(reason === undefined ? {} : { reason }) }
    })
    const failed = inState('failed').map(({ module, test }) => ({
      test: `${module.relativeModuleId}: ${test.fullName}`,
      messages: (test.result().errors ?? []).map((error) => error.message),
    }))
    const tally: Tally = {
      passed: inState('passed').length,
      failed,
      skipped,
      errors: [...modules.flatMap(ownErrors), ...unhandled.map(placed)],
    }
    writeFileSync(path, JSON.stringify(tally))
  }
}

// vitest finds a reporter by its default export.
export default TallyReporter
