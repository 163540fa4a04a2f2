import { createHash } from 'node:crypto'
import { type Alert, type SymptomName, symptomOf } from '@mendkit/core'

/** Beside a tenant and an incident, every database's index takes a key of so many bytes. */
const mostBytes = 600

/**
 * A key that every database's index takes: the text itself, or, when it is long or holds a NUL, its beginning with a digest of
 * the whole. Names of resources come from outside and may be anything.
 */
export function indexable(text: string): string {
  if (Buffer.byteLength(text) <= mostBytes && !text.includes('\0')) return text
  const beginning = text.slice(0, 100).replaceAll('\0', '').toWellFormed()
  return `${beginning}#${createHash('sha256').update(text).digest('hex')}`
}

/** The last symptom of an alert of no resource: those that are stored first have none, and neighbours share their name. */
let last: SymptomName | undefined

/** The symptom of an alert, under the key that its rows have. */
export function storedSymptomOf(alert: Pick<Alert, 'labels' | 'topmost'>): SymptomName {
  const ofNone = alert.topmost === undefined
  if (ofNone && last !== undefined && last.alertname === alert.labels['alertname']) return last
  const name = symptomOf(alert)
  const stored = { ...name, key: indexable(name.key) }
  if (ofNone) last = stored
  return stored
}
