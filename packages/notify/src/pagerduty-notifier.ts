import { type Notice, type Notifier, readOptions } from '@mendkit/core'
import { z } from 'zod'
import { type ConnectionOptions, clientOf, connectionShape, parseSecretUrl } from './connection.ts'
import { idSchema } from './identity.ts'
import { linkOf, linkSchema, type NoticeLink } from './link.ts'
import {
  acknowledgeEvent,
  type PagerDutyEvent,
  type PagerDutySeverity,
  resolveEvent,
  triggerEvent,
} from './pagerduty-event.ts'
import { post } from './post.ts'

/** Options of `pagerDutyNotifier`. */
export interface PagerDutyNotifierOptions extends ConnectionOptions {
  /** The integration key of an Events API v2 integration: 32 characters. It appears in no error. */
  readonly routingKey: string
  /** Which notices open an alert. What is not among them is taken, and PagerDuty is not told. @default ['page'] */
  readonly triggers?: readonly Notice['urgency'][]
  /** How bad a notice is, by its urgency. @default { page: 'critical', ask: 'warning', info: 'info' } */
  readonly severities?: Readonly<Partial<Record<Notice['urgency'], PagerDutySeverity>>>
  /** Unique among the notifiers of a host: name each when there are two. @default 'pagerduty' */
  readonly id?: string
  /** Where people can look at an incident or an approval. @default no link */
  readonly link?: NoticeLink
  /**
   * Where events are posted; accounts in Europe have `https://events.eu.pagerduty.com/v2/enqueue`.
   * @default 'https://events.pagerduty.com/v2/enqueue'
   */
  readonly url?: string
}

const keySays = 'must be the integration key of an Events API v2 integration: 32 letters and digits'
const urgencySays = "must be a list of 'page', 'ask' and 'info'"
const severitySays = "must be 'critical', 'error', 'warning' or 'info'"
const severity = z.enum(['critical', 'error', 'warning', 'info'], { error: severitySays }).optional()

const shape = z.strictObject(
  {
    routingKey: z.string({ error: keySays }).regex(/^[A-Za-z0-9]{32}$/, keySays),
    triggers: z.array(z.enum(['page', 'ask', 'info'], { error: urgencySays }), { error: urgencySays }).optional(),
    severities: z
      .strictObject({ page: severity, ask: severity, info: severity }, { error: 'must be an object by urgency' })
      .optional(),
    id: idSchema,
    link: linkSchema,
    url: z.string({ error: 'must be an https address' }).optional(),
    ...connectionShape,
  },
  { error: 'must be an object with `routingKey`' },
)

/**
 * Opens an alert in PagerDuty for every incident that somebody is paged about, one per incident, acknowledges it when
 * somebody takes the incident over, and resolves it when the incident is resolved or closed. Questions and news are not sent unless `triggers` says so.
 *
 * `send` throws `unavailable` when a later attempt may succeed (no answer, 429, 5xx) and `rejected` when not. Throws `config`
 * at once for wrong options.
 */
export function pagerDutyNotifier(options: PagerDutyNotifierOptions): Notifier {
  readOptions('pagerDutyNotifier', shape, options)
  const { routingKey, triggers = ['page'], severities, id = 'pagerduty', link, timeoutMs = 10_000 } = options
  const url = parseSecretUrl('pagerDutyNotifier', options.url ?? 'https://events.pagerduty.com/v2/enqueue', options)
  const who = `PagerDuty at ${url.host}`
  const receiver = { who, url, client: clientOf(options), timeoutMs, check: '`routingKey` and `url`' }
  const headers = new Headers({ 'content-type': 'application/json', 'user-agent': 'mendkit' })
  const severityOf = { ...defaultSeverities, ...severities }

  function eventOf(notice: Notice, address: string | undefined): PagerDutyEvent | undefined {
    if (isOver(notice)) return resolveEvent(notice)
    if (notice.acknowledgedBy !== undefined) return acknowledgeEvent(notice)
    if (!triggers.includes(notice.urgency)) return undefined
    return triggerEvent(notice, severityOf[notice.urgency], address)
  }

  return {
    spec: 1,
    id,
    reachesPeople: true,
    send: async (notice, ctx) => {
      const event = eventOf(notice, linkOf(link, notice, ctx))
      if (event === undefined) return
      await post(receiver, { headers, body: JSON.stringify({ routing_key: routingKey, ...event }) }, ctx)
    },
  }
}

const defaultSeverities: Readonly<Record<Notice['urgency'], PagerDutySeverity>> = {
  page: 'critical',
  ask: 'warning',
  info: 'info',
}

function isOver({ phase }: Notice): boolean {
  return phase === 'resolved' || phase === 'closed'
}
