import type { EvalSummary, ScenarioResult } from '@mendkit/eval'
import { shown } from '../../terminal/safe-text.ts'
import { pairs, type Screen } from '../../terminal/screen.ts'

/** One scenario in a line: what it came to, and what was said first. */
export function resultText(result: ScenarioResult): string {
  const [first] = result.hypotheses
  const failure = result.partial === null ? '' : `: ${result.partial.reason}, ${result.partial.words.split('\n')[0]}`
  const said =
    first === undefined ? `nothing said${failure}` : `${first.cause} ${first.entity ?? ''} (${first.confidence})`
  const fix = result.rightFix === null ? '' : result.rightFix ? ', right fix' : ', not the fix'
  const cost = result.calls === 0 ? '' : `, ${result.calls} calls, ${result.tokens} tokens, ${result.modelMs} ms`
  return shown(`${verdictOf(result).padEnd(11)}  ${result.scenario}: ${said}${fix}${cost}`)
}

function verdictOf({ fault, falseAlarm, top1, top3, abstained, partial }: ScenarioResult): string {
  if (abstained && partial !== null) return 'failed'
  if (!fault) return falseAlarm ? 'false alarm' : 'quiet'
  if (top1 === true) return 'right'
  if (top3 === true) return 'in first 3'
  return abstained ? 'abstained' : 'wrong'
}

/** The summary for people. */
export function summaryText(summary: EvalSummary, screen: Screen): string {
  const { faults, controls } = summary
  return `\n${pairs(
    [
      ['scenarios', `${summary.scenarios}: ${faults} faults, ${controls} no-fault controls`],
      [
        'top 1',
        `${share(summary.top1)} name root entity and cause first; ${share(summary.entityTop1)} the root entity`,
      ],
      ['visible', `${share(summary.kubernetesTop1)} of the faults that the cluster's own words show`],
      ['top 3', share(summary.top3)],
      ['abstained', `${share(summary.abstained)} of the faults`],
      ['failed', `${summary.failed} in which no answer of a model could be taken`],
      ['false alarms', `${summary.falseAlarms} of ${controls} controls`],
      ['right fix', `${share(summary.rightFix)} where the catalogue has one`],
      ['calibration', `expected calibration error ${summary.calibrationError ?? '-'}`],
      [
        'cost',
        `median ${summary.callsMedian} calls, ${summary.tokensMedian} tokens; ${(summary.microUsd / 1e6).toFixed(4)} USD in all`,
      ],
      ['own time', `median ${summary.ownMsMedian} ms a scenario`],
    ],
    screen,
  )}`
}

function share(value: number | null): string {
  return value === null ? '-' : `${Math.round(value * 100)} %`
}
