import type { Alert } from '../../model/alert.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { Settings } from '../../model/settings.ts'
import { message } from '../../redact/message.ts'
import { redact } from '../../redact/redact.ts'
import { secretKind } from '../../redact/secret-keys.ts'
import type { Metrics } from '../metrics.ts'
import type { ToldAlert } from './parse-alert.ts'

/** The free texts of an alert as they may be stored. */
export type AlertTexts = Pick<Alert, 'annotations' | 'generatorUrl'>

/** Annotations may be this many times as long as labels. */
const annotationFactor = 16
/** Alerts of a storm share most of their texts: so many are remembered within one commit. */
const maxRemembered = 10_000

/**
 * Redacts the free texts of alerts, the same text once per instance. Texts that are too long are cut, annotations beyond
 * `settings.intake.maxLabelsPerAlert` are left out; both are counted.
 */
export function textRedactor(limits: Settings['intake'], metrics: Metrics): (told: ToldAlert) => AlertTexts {
  const remembered = new Map<string, readonly [string, Redacted]>()
  const maxLength = limits.maxLabelBytes * annotationFactor

  const cut = (text: string): string => {
    if (text.length <= maxLength) return text
    metrics.count('mendkit_annotations_cut_total')
    return text.slice(0, maxLength)
  }
  const annotation = (name: string, value: string): readonly [string, Redacted] => {
    const key = `${name.length}:${name}${value}`
    const known = remembered.get(key)
    if (known !== undefined) return known
    const made = redactedPair(cut(name), cut(value))
    if (remembered.size < maxRemembered) remembered.set(key, made)
    return made
  }

  return (told) => {
    const given = Object.entries(told.annotations)
    const kept = given.slice(0, limits.maxLabelsPerAlert)
    if (kept.length < given.length) metrics.count('mendkit_annotations_cut_total', {}, given.length - kept.length)
    const annotations = Object.fromEntries(kept.map(([name, value]) => annotation(name, value)))
    return { annotations, ...(told.generatorUrl !== undefined && { generatorUrl: redact(cut(told.generatorUrl)) }) }
  }
}

/** A name that means a secret redacts its value, whatever that looks like. */
function redactedPair(name: string, value: string): readonly [string, Redacted] {
  const kind = secretKind(name)
  return [redact(name), kind === undefined ? redact(value) : message`[redacted:${kind}]`]
}
