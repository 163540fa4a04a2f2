import { MendkitError } from '@mendkit/core'
import { buildCommand } from './cli/build-command.ts'
import { downCommand } from './cli/down-command.ts'
import { upCommand } from './cli/up-command.ts'

const usage = `testbed build         build the servers that are not in the cache yet
testbed up [--json]   start them, print where they are, wait
testbed down          stop what "up" started`

const print = (line: string) => console.log(line)
const [command, ...flags] = process.argv.slice(2)

try {
  if (command === 'build') await buildCommand(print)
  else if (command === 'up') await upCommand(flags.includes('--json'), print)
  else if (command === 'down') await downCommand(print)
  else {
    console.error(usage)
    process.exitCode = 2
  }
} catch (error) {
  if (!MendkitError.is(error)) throw error
  console.error(error.message)
  process.exitCode = 1
}
