import { type CallContext, MendkitError, type Notifier, readOptions } from '@mendkit/core'
import { z } from 'zod'
import { type ConnectionOptions, clientOf, connectionShape, parseSecretUrl, type Receiver } from './connection.ts'
import { idSchema } from './identity.ts'
import { linkOf, linkSchema, type NoticeLink } from './link.ts'
import { parseSlackAnswer, type SlackAnswer } from './parse-slack-answer.ts'
import { post, unavailable } from './post.ts'
import { slackMessage } from './slack-message.ts'

/** Options of `slackNotifier`. */
export interface SlackNotifierOptions extends ConnectionOptions {
  /** A bot token (`xoxb-…`) with the scope `chat:write`. It appears in no error. */
  readonly token: string
  /** Id of the channel, such as `C0123456789`. The app must be a member of it. */
  readonly channel: string
  /** Unique among the notifiers of a host. @default `slack:` and the channel */
  readonly id?: string
  /** Where people can look at an incident or an approval. @default no link */
  readonly link?: NoticeLink
  /** Address of the method, for a Slack of its own such as GovSlack. @default 'https://slack.com/api/chat.postMessage' */
  readonly url?: string
}

const tokenSays = 'must be a Slack token such as xoxb-…, without spaces'
const channelSays = 'must be the id of a channel, such as C0123456789'

const shape = z.strictObject(
  {
    token: z.string({ error: tokenSays }).regex(/^[\x21-\x7e]{8,1000}$/, tokenSays),
    channel: z.string({ error: channelSays }).regex(/^[A-Za-z0-9#._-]{1,100}$/, channelSays),
    id: idSchema,
    link: linkSchema,
    url: z.string({ error: 'must be an https address' }).optional(),
    ...connectionShape,
  },
  { error: 'must be an object with `token` and `channel`' },
)

/** Slack's words for what may be different later; a token that is wrong or a channel that is gone stays so. */
const passing = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'org_login_required',
])

/** Slack's words for a thread that cannot be gone on with. */
const threadless = new Set([
  'thread_not_found',
  'message_not_found',
  'cannot_reply_to_message',
  'invalid_thread_ts',
  'restricted_action_non_threadable_channel',
])

/**
 * Posts every notice to a channel of Slack, the later ones of an incident into the thread of the first; a page in a thread is
 * shown in the channel too. A question shows the difference that it asks about.
 *
 * `send` throws `unavailable` when a later attempt may succeed, with the wait that Slack asked for; `rejected`, with Slack's
 * word for it, when not; `bad-response` when something else than Slack answers. When the thread is gone it begins a new one.
 * Throws `config` at once for wrong options.
 */
export function slackNotifier(options: SlackNotifierOptions): Notifier {
  readOptions('slackNotifier', shape, options)
  const { token, channel, id = `slack:${channel}`, link, timeoutMs = 10_000 } = options
  const url = parseSecretUrl('slackNotifier', options.url ?? 'https://slack.com/api/chat.postMessage', options)
  const receiver = {
    who: `Slack at ${url.host}`,
    url,
    client: clientOf(options),
    timeoutMs,
    check: '`token` and `url`',
  }
  const headers = new Headers({
    authorization: `Bearer ${token}`,
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'mendkit',
  })
  return {
    spec: 1,
    id,
    reachesPeople: true,
    send: async (notice, ctx) => {
      const message = { channel, ...slackMessage(notice, linkOf(link, notice, ctx)) }
      const reply = (thread_ts: string) => ({ ...message, thread_ts, reply_broadcast: notice.urgency === 'page' })
      const thread = notice.threads[id]
      const sent = await send(receiver, headers, thread === undefined ? message : reply(thread), ctx)
      if (sent.kind === 'taken') return receipt(thread ?? sent.ts)
      if (thread === undefined || !threadless.has(sent.error)) throw refused(receiver.who, sent.error)
      const alone = await send(receiver, headers, message, ctx)
      if (alone.kind === 'taken') return receipt(alone.ts)
      throw refused(receiver.who, alone.error)
    },
  }
}

async function send(
  receiver: Receiver,
  headers: Headers,
  message: object,
  ctx: CallContext,
): Promise<Exclude<SlackAnswer, { kind: 'no-answer' }>> {
  const { text, retryAfterMs } = await post(
    receiver,
    { headers, body: JSON.stringify(message), maxAnswer: 65_536 },
    ctx,
  )
  const answer = parseSlackAnswer(text)
  if (answer.kind === 'no-answer') {
    throw new MendkitError(
      'bad-response',
      `${receiver.who} did not answer as Slack does: check \`url\`, and what stands between`,
    )
  }
  if (answer.kind === 'refused' && passing.has(answer.error)) {
    throw unavailable(`${receiver.who} cannot take notices now (${answer.error})`, retryAfterMs)
  }
  return answer
}

function receipt(thread: string | undefined) {
  return thread === undefined ? {} : { thread }
}

function refused(who: string, error: string): MendkitError {
  const advice = 'check that `token` is valid and has the scope chat:write, and that the app is a member of `channel`'
  return new MendkitError('rejected', `${who} refused a notice (${error}): ${advice}`)
}
