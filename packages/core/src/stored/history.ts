import type { HistoryRow } from '../model/history.ts'
import { redacted, resource } from './common.ts'
import { byKind, optional, record, text, time, whole } from './field.ts'

const facts = {
  tenant: text,
  id: text,
  alertname: text,
  cluster: text,
  resource: optional(resource),
  labels: record(text),
  startsAt: time,
  endsAt: time,
}
const episode = { ...facts, alertId: text, episode: whole, source: text, incidentId: optional(text) }

/** A stored row of history. */
export const history = byKind<HistoryRow>({
  episode: { ...episode, annotations: record(redacted) },
  outline: episode,
  day: { ...facts, episodes: whole, firingMs: whole },
})
