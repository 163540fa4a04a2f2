import type { ReadingSeries } from '../../model/evidence.ts'
import type { SeriesPoint } from '../../model/history.ts'
import { changePoint } from './change-point.ts'
import type { RowWords } from './render-row.ts'
import { shownName, shownValue, since } from './shown-text.ts'

const mostPoints = 8
const mostLabels = 6

/** A series in one line: its newest values at even distances, and when it went over to another level. */
export function seriesLine({ name, labels, resource, points }: ReadingSeries, { handleOf, from }: RowWords): string {
  const about = resource === undefined ? undefined : handleOf(resource)
  const told = Object.entries(labels)
    .filter(([label]) => label !== '__name__')
    .slice(0, mostLabels)
    .map(([label, value]) => `${shownName(label)}=${shownValue(value, 60)}`)
  const first = points[0]
  const begun = first === undefined ? '' : `@${since(first[0], from)}`
  const change = changePoint(points)
  const changed =
    change === undefined
      ? ''
      : `, changed @${since(change.at, from)} from about ${short(change.from)} to ${short(change.to)}`
  const subject = about ?? (told.length === 0 ? '' : `{${told.join(', ')}}`)
  const values = sampled(points).map(([, value]) => short(value))
  return `series ${[shownName(name), subject, begun].filter(Boolean).join(' ')}: ${values.join(' ')}${changed}`
}

function sampled(points: readonly SeriesPoint[]): readonly SeriesPoint[] {
  const every = Math.max(1, Math.ceil(points.length / mostPoints))
  return points.filter((_, index) => (points.length - 1 - index) % every === 0)
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}
