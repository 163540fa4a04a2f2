import { Buffer } from 'node:buffer'
import type { Labels } from '../../model/alert.ts'
import type { Settings } from '../../model/settings.ts'
import { issuePath } from '../../stored/issue-path.ts'

/** What is wrong with a field, and where within the alert. */
export interface AlertFault {
  readonly path: string
  readonly because: string
  /** Which bound or rule refused it, for the counter. */
  readonly rule: 'shape' | 'alertname' | 'time' | 'text' | 'label-count' | 'label-size'
}

/** Stores index an alert by its name, so it has a bound of its own. */
const maxAlertname = 1_000

/** What keeps a label set from being an identity, if anything. `text` is the labels' `labelsText`. */
export function labelFault(labels: Labels, text: string, limits: Settings['intake']): AlertFault | undefined {
  let count = 0
  for (const _ in labels) count += 1
  if (count > limits.maxLabelsPerAlert) {
    const because = `has ${count} labels; settings.intake.maxLabelsPerAlert is ${limits.maxLabelsPerAlert}`
    return { path: 'labels', because, rule: 'label-count' }
  }
  return (isPlainlyRight(text, limits) ? undefined : textFault(labels, limits)) ?? alertnameFault(labels['alertname'])
}

/** Whether all names and values are well-formed, without NUL and short, told from the whole: JSON escapes what is none of it. */
function isPlainlyRight(text: string, { maxLabelBytes }: Settings['intake']): boolean {
  return text.length * 3 <= maxLabelBytes && !text.includes('\\u')
}

function textFault(labels: Labels, limits: Settings['intake']): AlertFault | undefined {
  for (const name in labels) {
    const value = labels[name] as string
    if (isLonger(name, limits.maxLabelBytes) || isLonger(value, limits.maxLabelBytes)) {
      const because = `is longer than settings.intake.maxLabelBytes (${limits.maxLabelBytes})`
      return { path: issuePath(['labels', name]), because, rule: 'label-size' }
    }
    if (!isText(name) || !isText(value)) {
      return { path: issuePath(['labels', name]), because: 'must be well-formed text without NUL', rule: 'text' }
    }
  }
  return undefined
}

function alertnameFault(alertname: string | undefined): AlertFault | undefined {
  if (alertname === undefined || alertname.trim() === '') {
    return { path: 'labels.alertname', because: 'must be there and not be empty', rule: 'alertname' }
  }
  if (alertname.length <= maxAlertname) return undefined
  return { path: 'labels.alertname', because: `must have at most ${maxAlertname} characters`, rule: 'alertname' }
}

function isLonger(text: string, maxBytes: number): boolean {
  // No character takes more than three bytes of UTF-8 per UTF-16 unit: short texts need no counting.
  return text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes
}

function isText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}
