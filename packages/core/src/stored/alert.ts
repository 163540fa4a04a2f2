import type { Alert } from '../model/alert.ts'
import { identity, redacted, resource } from './common.ts'
import { object, oneOf, optional, record, text, time, whole } from './field.ts'

/** A stored alert. */
export const alert = object<Alert>({
  ...identity,
  source: text,
  cluster: text,
  fingerprint: text,
  episode: whole,
  status: oneOf('firing', 'suppressed', 'resolved'),
  labels: record(text),
  annotations: record(redacted),
  startsAt: time,
  endsAt: optional(time),
  lastSeenAt: time,
  generatorUrl: optional(redacted),
  resource: optional(resource),
  topmost: optional(resource),
  correlated: oneOf('pending', 'done'),
  incidentId: optional(text),
  missed: whole,
})
