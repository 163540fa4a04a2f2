import type { AlertInput, AlertStatus } from '@mendkit/core'
import { areTexts, isPlain } from './plain.ts'
import { timestamp } from './timestamp.ts'

/** Reads an alert of a webhook; undefined when `webhookAlert`, the schema, must judge it. */
export type QuickRead = (item: unknown) => AlertInput | undefined

/**
 * Reads plain alerts of one webhook as `webhookAlert` does, at a fraction of its cost. Whatever is not plainly right is left to the
 * schema, which alone refuses and says why.
 */
export function quickWebhookRead(): QuickRead {
  const startOf = timeReader()
  const endOf = timeReader()
  return (item) => {
    if (!isPlain(item)) return undefined
    const { labels, annotations, generatorURL, status } = item
    if (!areTexts(labels) || !labels['alertname']) return undefined
    if (annotations !== undefined && !areTexts(annotations)) return undefined
    if (generatorURL !== undefined && typeof generatorURL !== 'string') return undefined
    if (status !== 'firing' && status !== 'resolved') return undefined
    const startsAt = startOf(item['startsAt'])
    const endsAt = endOf(item['endsAt'])
    if (startsAt === unclear || endsAt === unclear) return undefined
    const input: { -readonly [Field in keyof AlertInput]: AlertInput[Field] } = {
      labels,
      status: status satisfies AlertStatus,
    }
    if (annotations !== undefined) input.annotations = annotations
    if (startsAt !== undefined) input.startsAt = startsAt
    if (endsAt !== undefined && status === 'resolved') input.endsAt = endsAt
    if (generatorURL) input.generatorUrl = generatorURL
    return input
  }
}

const unclear = Symbol('unclear')
type Time = string | undefined | typeof unclear

/** Remembers the last time that it read: the alerts of a group share most of theirs. */
function timeReader(): (given: unknown) => Time {
  let lastGiven: unknown
  let last: Time
  return (given) => {
    if (given === lastGiven) return last
    const parsed = timestamp.safeParse(given)
    lastGiven = given
    last = parsed.success ? parsed.data : unclear
    return last
  }
}
