import type { CallContext, Logger } from '@mendkit/core'
import type { Shop } from './shop.ts'

/** The shapes of secrets that the tests write everywhere, each around a word that nothing else holds. */
export const shapes: Readonly<Record<string, (word: string) => string>> = {
  'a pair': (word) => `look: password=${word}`,
  'a URL': (word) => `https://robot:${word}@am.example.test/path`,
  'a bearer token': (word) => `Authorization: Bearer ${word}`,
  'a PEM block': (word) => `-----BEGIN PRIVATE KEY-----\n${word}\n-----END PRIVATE KEY-----`,
}

/** Makes secrets of one shape, one per field, and finds those that show. */
export interface Secrets {
  /** A secret for the field of this name. */
  in(field: string): string
  /** The fields whose secret shows in a text. */
  shownBy(text: string): readonly string[]
}

/** Secrets of one shape. */
export function secretsOf(shape: (word: string) => string): Secrets {
  const words = new Map<string, string>()
  return {
    in(field) {
      const word = words.get(field) ?? `s3cr3tW0rd${String(words.size).padStart(3, '0')}Zq`
      words.set(field, word)
      return shape(word)
    },
    shownBy: (text) => [...words].filter(([, word]) => text.includes(word)).map(([field]) => field),
  }
}

/** A log that keeps all that is written to it. */
export function keptLog(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = []
  const write: Logger['info'] = (message, fields) => void lines.push(`${message} ${JSON.stringify(fields ?? {})}`)
  return { log: { debug: write, info: write, warn: write, error: write }, lines }
}

const ctx = (log: Logger): CallContext => ({ signal: new AbortController().signal, log })

/** Everything that a host, its people and whoever reads the log can come to see, by where they see it. */
export async function allThatIsShown(
  shop: Shop,
  { log, lines }: ReturnType<typeof keptLog>,
): Promise<Readonly<Record<string, string>>> {
  const { mendkit, store } = shop
  const records = await mendkit.audit.read({ limit: 1_000 })
  const audit = records.map(({ bytes }) => new TextDecoder().decode(bytes))
  const digests = audit.flatMap((text) => Object.values((JSON.parse(text) as { blobs: Record<string, string> }).blobs))
  const evidence = await store.list('evidence', { tenant: 'default', limit: 100 }, ctx(log))
  const wanted = [...digests, ...evidence.flatMap(({ text }) => text ?? [])]
  const blobs = await store.blobs('default', [...new Set(wanted)].slice(0, 1_000), ctx(log))
  const incidents = await mendkit.incidents.list()
  const plans = await store.list('plan', { tenant: 'default', limit: 100 }, ctx(log))
  const timelines = await Promise.all(
    incidents.flatMap(({ id }) => [
      mendkit.incidents.timeline(id, { format: 'markdown' }),
      mendkit.incidents.timeline(id).then((told) => JSON.stringify(told)),
    ]),
  )
  const members = await Promise.all(
    incidents.map(({ id }) => store.members({ tenant: 'default', incidentId: id, limit: 100 }, ctx(log))),
  )
  // Labels are an alert's identity and stay as they are, in its row alone.
  const alerts = members.flat().map(({ alert, because }) => ({ ...alert, labels: {}, because }))
  return {
    alerts: JSON.stringify(alerts),
    audit: audit.join('\n'),
    blobs: blobs.map(({ text }) => text).join('\n'),
    events: JSON.stringify(await firstEvents(shop, records.length)),
    notices: JSON.stringify(shop.notices),
    metrics: mendkit.metrics(),
    log: lines.join('\n'),
    timelines: timelines.join('\n'),
    explain: (await Promise.all(plans.map(({ id }) => mendkit.explain(id)))).join('\n'),
  }
}

async function firstEvents({ mendkit }: Shop, count: number): Promise<readonly unknown[]> {
  const stop = new AbortController()
  const events: unknown[] = []
  for await (const event of mendkit.watch({ after: -1, signal: stop.signal })) {
    events.push(event)
    if (events.length === count) stop.abort()
  }
  return events
}
