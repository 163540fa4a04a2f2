import type { Labels } from '../../model/alert.ts'
import type { Evidence, ReadingSeries } from '../../model/evidence.ts'
import { historyPlace, type SeriesHistoryRow, type SeriesPoint } from '../../model/history.ts'
import { redact } from '../../redact/redact.ts'
import { redactJson } from '../../redact/redact-json.ts'
import { redactResource } from '../../redact/redact-resource.ts'

/** Series that are kept of one reading, and points of each, the newest. */
const mostSeries = 50
const mostPoints = 1_000

/** The series of a reading as rows of history. One without any point that is a number is left out. */
export function seriesRows(evidence: Evidence, series: readonly ReadingSeries[]): readonly SeriesHistoryRow[] {
  const { tenant, id: evidenceId, incidentId, tool } = evidence
  return series.slice(0, mostSeries).flatMap(({ name, labels, resource, points }, index): SeriesHistoryRow[] => {
    const kept = points.filter(isNumber).slice(-mostPoints)
    const [first, last] = [kept[0], kept.at(-1)]
    if (first === undefined || last === undefined) return []
    return [
      {
        kind: 'series',
        tenant,
        id: `${historyPlace('series', first[0])}-${evidenceId}-${index}`,
        name: redact(name),
        tool,
        // The same shape: only texts within it change.
        labels: redactJson(labels) as Labels,
        incidentId,
        evidenceId,
        startsAt: new Date(first[0]).toISOString(),
        endsAt: new Date(last[0]).toISOString(),
        points: kept,
        ...(resource && { resource: redactResource(resource) }),
      },
    ]
  })
}

/** A row of points as analyzers are told of it. */
export function asSeries(row: SeriesHistoryRow): readonly ReadingSeries[] {
  if (row.kind !== 'series') return []
  const { name, labels, points, resource } = row
  return [{ name, labels, points, ...(resource && { resource }) }]
}

function isNumber([at, value]: SeriesPoint): boolean {
  return Number.isFinite(value) && Math.abs(at) <= 8_640_000_000_000_000
}
