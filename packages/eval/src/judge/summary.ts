import { calibrationError } from './calibration.ts'
import type { ScenarioResult } from './judge.ts'

/** The summary line of `mendkit eval --json`. Shares are from 0 to 1, and null where there is nothing to share. */
export interface EvalSummary {
  readonly scenarios: number
  /** Share of faults of which the likeliest hypothesis names root entity and cause. */
  readonly top1: number | null
  readonly top3: number | null
  /** How many no-fault controls were explained or acted on. */
  readonly falseAlarms: number
  /** Share of the faults whose fix the catalogue has for which it was proposed. */
  readonly rightFix: number | null
  readonly tokensMedian: number
  readonly callsMedian: number
  /** Expected calibration error of the likeliest hypotheses' computed confidence, from 0 to 1. */
  readonly calibrationError: number | null
  readonly faults: number
  readonly controls: number
  /** Share of faults of which the likeliest hypothesis names the root entity, whatever the cause. */
  readonly entityTop1: number | null
  /** Share of right ones among the faults that the cluster's own words show. */
  readonly kubernetesTop1: number | null
  /** Share of faults for which no hypothesis was made. */
  readonly abstained: number | null
  /** Scenarios in which a model failed, or answered what could not be taken. They count as abstained, and tell nothing of the model. */
  readonly failed: number
  readonly microUsd: number
  /** Median time of our own code per scenario, in milliseconds, that of models taken out. */
  readonly ownMsMedian: number
}

/** Sums up results. */
export function summarise(results: readonly ScenarioResult[]): EvalSummary {
  const faults = results.filter(({ fault }) => fault)
  const visible = faults.filter(({ visibleIn }) => visibleIn === 'kubernetes')
  const fixable = faults.filter(({ rightFix }) => rightFix !== null)
  return {
    scenarios: results.length,
    top1: share(faults, ({ top1 }) => top1 === true),
    top3: share(faults, ({ top3 }) => top3 === true),
    falseAlarms: results.filter(({ falseAlarm }) => falseAlarm).length,
    rightFix: share(fixable, ({ rightFix }) => rightFix === true),
    tokensMedian: median(results.map(({ tokens }) => tokens)),
    callsMedian: median(results.map(({ calls }) => calls)),
    calibrationError: calibrationError(results.flatMap(answerOf)),
    faults: faults.length,
    controls: results.length - faults.length,
    entityTop1: share(faults, ({ entityTop1 }) => entityTop1 === true),
    kubernetesTop1: share(visible, ({ top1 }) => top1 === true),
    abstained: share(faults, ({ abstained }) => abstained),
    failed: results.filter(hasFailed).length,
    microUsd: results.reduce((sum, { microUsd }) => sum + microUsd, 0),
    ownMsMedian: median(results.map(({ ownMs }) => ownMs)),
  }
}

/** Whether nothing was said because no answer of a model could be taken. */
function hasFailed({ abstained, partial }: ScenarioResult): boolean {
  return abstained && partial !== null
}

/** The likeliest hypothesis; on a control any is wrong. */
function answerOf({ hypotheses: [first], top1 }: ScenarioResult) {
  return first === undefined ? [] : [{ confidence: first.confidence, right: top1 === true }]
}

function share<Item>(items: readonly Item[], holds: (item: Item) => boolean): number | null {
  return items.length === 0 ? null : rounded(items.filter(holds).length / items.length)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low = 0, high = 0] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return (low + high) / 2
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
