import type { Alert } from '../../model/alert.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { Settings } from '../../model/settings.ts'
import { message } from '../../redact/message.ts'
import { redact } from '../../redact/redact.ts'
import { secretKind } from '../../redact/secret-keys.ts'
import type { Metrics } from '../metrics.ts'
import type { ToldAlert } from './parse-alert.ts'

/** The free texts of an alert as they may be stored. */
export type AlertTexts = Pick<Alert, 'annotations'> & { readonly generatorUrl: Redacted | undefined }

/** Annotations may be this many times as long as labels. */
const annotationFactor = 16

/** A redactor of texts of one sort, such as the summaries. */
type RedactText = (text: string) => Redacted

/**
 * Redacts the free texts of alerts. Texts that are too long are cut, annotations beyond
 * `settings.intake.maxLabelsPerAlert` are left out; both are counted. Neighbours share most of their texts, so the last text
 * of each annotation is remembered when nothing was found in it.
 */
export function textRedactor(limits: Settings['intake'], metrics: Metrics): (told: ToldAlert) => AlertTexts {
  const maxLength = limits.maxLabelBytes * annotationFactor
  const cut = (text: string): string => {
    if (text.length <= maxLength) return text
    metrics.count('mendkit_annotations_cut_total')
    return text.slice(0, maxLength)
  }
  const redactor = (): RedactText => {
    let last: Redacted | undefined
    return (text) => {
      if (text === last) return last
      const made = redact(cut(text))
      last = made === text ? made : undefined
      return made
    }
  }
  const annotationOf = (name: string): RememberedName => {
    const short = cut(name)
    const kind = secretKind(short)
    // A name that means a secret redacts its value, whatever that looks like.
    return { shown: redact(short), value: kind === undefined ? redactor() : () => message`[redacted:${kind}]` }
  }
  const names = new Map<string, RememberedName>()
  const named = (name: string): RememberedName => {
    const known = names.get(name)
    if (known !== undefined) return known
    const made = annotationOf(name)
    if (names.size < maxNames && name.length <= maxNameLength) names.set(name, made)
    return made
  }
  const generatorUrl = redactor()

  return (told) => {
    const annotations: Record<string, Redacted> = {}
    let given = 0
    for (const name in told.annotations) {
      given += 1
      if (given > limits.maxLabelsPerAlert) continue
      const { shown, value } = named(name)
      annotations[shown] = value(told.annotations[name] ?? '')
    }
    const left = given - limits.maxLabelsPerAlert
    if (left > 0) metrics.count('mendkit_annotations_cut_total', {}, left)
    return { annotations, generatorUrl: told.generatorUrl === undefined ? undefined : generatorUrl(told.generatorUrl) }
  }
}

/** Names of annotations that are remembered; programs use few. */
const maxNames = 500
const maxNameLength = 200

/** The name of an annotation as it is stored, and what redacts its values. */
interface RememberedName {
  readonly shown: Redacted
  readonly value: RedactText
}
