import { join } from 'node:path'
import { repository } from './command.ts'

/** One run of vitest, and the Node that it runs on. */
export interface TestRun {
  readonly name: string
  readonly node: string
  readonly args: readonly string[]
}

/** The oldest Node that the packages support, installed beside the one that everything else runs on. */
const oldestNode = join(repository, 'node_modules', 'node22', 'bin', 'node')

/** By itself vitest leaves one processor to whoever watches the tests. */
const everyProcessor = '--maxWorkers=100%'

const projects = (...names: readonly string[]) => names.flatMap((name) => ['--project', name])

/** Into so many runs the unit tests on the oldest Node are cut: they fill what the longer runs leave. */
const oldestParts = 4

/** Runs of which two go on at a time: whoever is done takes the next. A step begins when the one before it is through. */
type Step = readonly TestRun[]

/**
 * The runs that `pnpm test` comes to, in steps. Arguments choose tests for a quick look on one Node. Tests on real servers run by
 * themselves, since vitest gives up a whole run when servers do not start. Those of whole hosts wait more than they compute,
 * so others run beside them, the longest first; the trials, which compute all the time and judge what a killed host does in a
 * given time, have the machine for themselves.
 */
export function testRuns(chosen: readonly string[]): readonly Step[] {
  const node = process.execPath
  const version = `Node ${process.versions.node}`
  if (chosen.length > 0) return [[{ name: version, node, args: chosen }]]
  const onSources = [...projects('unit', 'trials', 'types', 'checks'), everyProcessor]
  return [
    [{ name: `unit tests, trials, types and checks on ${version}`, node, args: onSources }],
    [
      { name: `end-to-end tests on ${version}`, node, args: projects('e2e') },
      { name: `tests on databases on ${version}`, node, args: projects('databases') },
      { name: `tests of the examples on ${version}`, node, args: projects('examples') },
      ...Array.from({ length: oldestParts }, (_, index) => unitTestsOnOldest(index + 1)),
    ],
  ]
}

function unitTestsOnOldest(part: number): TestRun {
  const name = `unit tests on Node 22, part ${part} of ${oldestParts}`
  return { name, node: oldestNode, args: [...projects('unit'), `--shard=${part}/${oldestParts}`] }
}
