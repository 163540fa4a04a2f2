import { median, quantile, type Row, statedRow } from '../row.ts'

/** One time through the loop. */
export interface Sample {
  /** Wall time of the loop less the time that the simulated cluster took to play its part. */
  readonly ms: number
  readonly commits: number
}

/** The rows of the loop: each number is computed within a round, and told as the median over rounds. */
export function loopRows(rounds: readonly (readonly Sample[])[]): readonly Row[] {
  const times = rounds.map((samples) => samples.map((sample) => sample.ms))
  const over = (share: number) => times.map((round) => quantile(round, share))
  const commits = rounds.map((samples) => median(samples.map((sample) => sample.commits)))
  return [
    statedRow('loop p50, alert to verified fix', 'ms', over(0.5), { atMost: 50 }),
    statedRow('loop p99', 'ms', over(0.99)),
    statedRow('commits per loop', 'commits', commits),
  ]
}
