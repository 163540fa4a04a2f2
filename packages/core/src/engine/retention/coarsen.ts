import type { SeriesHistoryRow, SeriesPoint, SeriesStep } from '../../model/history.ts'

type Full = Extract<SeriesHistoryRow, { kind: 'series' }>
type Coarse = Extract<SeriesHistoryRow, { kind: 'steps' }>

/** Steps that a series becomes at most. */
const mostSteps = 24

/** A series with the least, the greatest and the mean value of each step, and how many points it had; 24 steps at most. */
export function coarsen({ points, kind: _full, ...facts }: Full, leastStepMs: number): Coarse {
  const first = points[0]?.[0] ?? 0
  const span = (points.at(-1)?.[0] ?? first) - first
  const stepMs = Math.max(leastStepMs, Math.floor(span / mostSteps) + 1)
  const steps = Map.groupBy(points, ([at]) => Math.floor((at - first) / stepMs))
  return {
    ...facts,
    kind: 'steps',
    stepMs,
    points: Array.from(steps, ([step, of]) => stepOf(first + step * stepMs, of)),
  }
}

function stepOf(at: number, points: readonly SeriesPoint[]): SeriesStep {
  const values = points.map(([, value]) => value)
  const mean = values.reduce((sum, value) => sum + value / values.length, 0)
  return [at, Math.min(...values), Math.max(...values), mean, values.length]
}
