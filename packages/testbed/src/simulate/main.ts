import { simulate } from '@mendkit/testkit'
import { shopStage } from './shop-stage.ts'

const arg = (name: string) => {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : Number(process.argv[at + 1])
}
const from = arg('--from') ?? Date.now()
const seeds = arg('--seeds') ?? 1
// Nobody reads the stacks of the errors that a simulation makes by the thousand.
Error.stackTraceLimit = 0
const began = process.cpuUsage()
let violations = 0
let steps = 0
for (let seed = from; seed < from + seeds; seed += 1) {
  const report = await simulate({ seed, stage: shopStage, keepTrace: process.argv.includes('--trace') })
  violations += report.violations.length
  steps += report.steps
  if (report.trace.length > 0) console.log(report.trace.join('\n'))
  if (report.violations.length > 0) console.log(seed, report.violations, JSON.stringify(report.faults), report.steps)
  if (seeds < 5) console.log(report.steps, report.simulatedMs, report.traceHash)
}
const used = process.cpuUsage(began)
console.log({ violations, perSecond: seeds / ((used.user + used.system) / 1e6), steps: steps / seeds })
