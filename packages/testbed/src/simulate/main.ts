import { parseArgs } from 'node:util'
import { understood, wholeNumber } from '../usage.ts'
import { plantedCommand } from './planted-command.ts'
import { simulateCommand } from './simulate-command.ts'

const usage = `simulate --seeds N [--from S] [--json]              play N seeds; S is taken from the clock unless given
simulate --from S --seeds 1 --trace [--without 0,2]  play one again, step by step, without some of its faults
simulate --planted [--from S] [--json] [--record]    look for every planted bug; --record keeps where each was found`

const print = (line: string) => console.log(line)

const request = understood(usage, () => {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string' },
      without: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
      trace: { type: 'boolean', default: false },
      planted: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
    },
  })
  const ids = values.without.split(',').filter((id) => id !== '')
  return {
    ...values,
    from: wholeNumber('--from', values.from ?? String(values.planted ? 1 : Date.now()), 0),
    seeds: wholeNumber('--seeds', values.seeds, 1),
    without: ids.map((id) => wholeNumber('--without', id, 0)),
  }
})

if (request !== undefined) {
  // Nobody reads the stacks of the errors that a simulation makes by the thousand.
  Error.stackTraceLimit = 0
  const isWell = request.planted ? await plantedCommand(request, print) : await simulateCommand(request, print)
  if (!isWell) process.exitCode = 1
}
