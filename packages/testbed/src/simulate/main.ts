import { parseArgs } from 'node:util'
import { plantedCommand } from './planted-command.ts'
import { simulateCommand } from './simulate-command.ts'

const usage = `simulate --seeds N [--from S] [--json]              play N seeds; S is taken from the clock unless given
simulate --from S --seeds 1 --trace [--without 0,2]  play one again, step by step, without some of its faults
simulate --planted [--from S] [--json] [--record]    look for every planted bug; --record keeps where each was found`

const print = (line: string) => console.log(line)

try {
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
  const { json, trace, planted, record } = values
  const from = whole('--from', values.from ?? String(planted ? 1 : Date.now()), 0)
  const seeds = whole('--seeds', values.seeds, 1)
  const without = values.without.split(',').flatMap((id) => (id === '' ? [] : [whole('--without', id, 0)]))
  // Nobody reads the stacks of the errors that a simulation makes by the thousand.
  Error.stackTraceLimit = 0
  const isWell = planted
    ? await plantedCommand({ json, record, from }, print)
    : await simulateCommand({ from, seeds, json, trace, without }, print)
  if (!isWell) process.exitCode = 1
} catch (error) {
  if (!(error instanceof TypeError || error instanceof RangeError)) throw error
  console.error(`${error.message}\n\n${usage}`)
  process.exitCode = 2
}

function whole(option: string, text: string, least: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new RangeError(`${option} takes a whole number from ${least} on, not ${text}`)
}
