import type { SeriesPoint } from '../../model/history.ts'

/** Where a series went over from one level to another. */
export interface ChangePoint {
  readonly at: number
  /** Means before and from then on. */
  readonly from: number
  readonly to: number
}

const fewest = 4
/** Two levels must explain so much more of how the values vary than one does. */
const leastExplained = 0.5
const leastChange = 0.2

/** The moment that best splits a series into two levels; undefined when one level tells it as well. */
export function changePoint(points: readonly SeriesPoint[]): ChangePoint | undefined {
  if (points.length < fewest) return undefined
  const total = points.reduce((sum, [, value]) => sum + value, 0)
  const mean = total / points.length
  const spread = points.reduce((sum, [, value]) => sum + (value - mean) ** 2, 0)
  let best:
    | { readonly index: number; readonly explained: number; readonly from: number; readonly to: number }
    | undefined
  let before = 0
  for (let index = 1; index < points.length; index += 1) {
    before += points[index - 1]?.[1] ?? 0
    const from = before / index
    const to = (total - before) / (points.length - index)
    const explained = (index * (points.length - index) * (from - to) ** 2) / points.length
    if (best === undefined || explained > best.explained) best = { index, explained, from, to }
  }
  const at = best && points[best.index]?.[0]
  if (best === undefined || at === undefined || spread === 0 || best.explained / spread < leastExplained)
    return undefined
  const { from, to } = best
  const isSmall = Math.abs(to - from) < leastChange * Math.max(Math.abs(from), Math.abs(to))
  return isSmall ? undefined : { at, from, to }
}
