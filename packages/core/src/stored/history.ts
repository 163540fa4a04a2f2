import type { HistoryRow, SeriesPoint, SeriesStep } from '../model/history.ts'
import { redacted, resource } from './common.ts'
import { byKind, type Field, field, list, optional, record, text, time, whole } from './field.ts'

const facts = {
  tenant: text,
  id: text,
  resource: optional(resource),
  labels: record(text),
  startsAt: time,
  endsAt: time,
}
const alert = { ...facts, alertname: text, cluster: text }
const episode = { ...alert, alertId: text, episode: whole, source: text, incidentId: optional(text) }
const series = { ...facts, name: text, tool: text, incidentId: text, evidenceId: text }

/** So many finite numbers. */
function numbers<Tuple extends readonly number[]>(length: Tuple['length']): Field<Tuple> {
  return field((value): value is Tuple => {
    return Array.isArray(value) && value.length === length && value.every((each) => Number.isFinite(each))
  })
}

/** A stored row of history. */
export const history = byKind<HistoryRow>({
  episode: { ...episode, annotations: record(redacted) },
  outline: episode,
  day: { ...alert, episodes: whole, firingMs: whole },
  series: { ...series, points: list(numbers<SeriesPoint>(2)) },
  steps: { ...series, stepMs: whole, points: list(numbers<SeriesStep>(5)) },
})
