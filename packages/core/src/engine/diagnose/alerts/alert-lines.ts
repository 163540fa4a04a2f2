import type { Alert } from '../../../model/alert.ts'
import { redact } from '../../../redact/redact.ts'
import type { Parts } from '../../parts.ts'
import type { SymptomPicture } from './symptom-pictures.ts'

/** Alerts of one symptom that are told in words. */
const mostAlerts = 2
const longestLine = 300
const longestSummary = 160
const longestText = 3_000

/** Annotations that say most, in order. */
const telling: readonly string[] = ['summary', 'message', 'description']

/** Alerts in words. */
export interface AlertLines {
  /** Empty when there are none. */
  readonly text: string
  /** How many alerts it tells. */
  readonly told: number
}

/** How text from outside is told: redacted before it is cut, because half a secret is none that the redactor knows. */
type Tell = (text: string) => string

/**
 * Labels and annotations of the leading alerts of each symptom, one line an alert, within 3,000 characters. As in a log, what
 * matters most stands last, where readers with little room look.
 */
export function alertLines(parts: Pick<Parts, 'hide'>, pictures: readonly SymptomPicture[]): AlertLines {
  const tell = tellBy(parts)
  const lines: string[] = []
  let room = longestText
  for (let place = 0; place < mostAlerts; place += 1) {
    for (const { alerts } of pictures) {
      const alert = alerts[place]
      if (alert === undefined) continue
      const line = lineOf(alert, tell)
      room -= line.length + 1
      if (room < 0) return { text: lines.toReversed().join('\n'), told: lines.length }
      lines.push(line)
    }
  }
  return { text: lines.toReversed().join('\n'), told: lines.length }
}

function tellBy({ hide }: Pick<Parts, 'hide'>): Tell {
  return (text) => redact(hide?.text(text) ?? text).replaceAll(/\s+/g, ' ')
}

function summaryIn({ annotations }: Alert, tell: Tell): string | undefined {
  const name = telling.find((each) => (annotations[each] ?? '').trim() !== '')
  return name === undefined ? undefined : tell(annotations[name] ?? '').trim()
}

function lineOf(alert: Alert, tell: Tell): string {
  const { labels, status, startsAt } = alert
  const { alertname = '', ...others } = labels
  const summary = summaryIn(alert, tell)
  let line = cut(`${tell(alertname)} ${status} since ${startsAt}`, longestLine)
  if (summary !== undefined) line = cut(`${line}: ${cut(summary, longestSummary)}`, longestLine)
  for (const [label, value] of Object.entries(others)) {
    // Key and value together, as some secrets are known by their key. A label that has no room is left out as a whole.
    const pair = tell(` ${label}=${JSON.stringify(value)}`)
    if (line.length + pair.length <= longestLine) line += pair
  }
  return line
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`
}
