import { type CallContext, MendkitError, message, type Notice, type Notifier, readOptions } from '@mendkit/core'
import { z } from 'zod'
import { hasNodemailer, type MailAddress, type MailTransport, smtpTransport } from './client.ts'
import { timeoutSchema } from './connection.ts'
import { idSchema } from './identity.ts'
import { linkOf, linkSchema, type NoticeLink } from './link.ts'
import { parseMailAddress } from './mail-address.ts'
import { mailWords } from './mail-message.ts'
import { parseSmtpError, rejectedIn } from './parse-smtp-error.ts'
import { unavailable } from './post.ts'

/** A mail server. */
export interface SmtpOptions {
  readonly host: string
  /** @default 465 with `secure`, else 587 */
  readonly port?: number
  /** TLS from the first byte. @default true for port 465, else false */
  readonly secure?: boolean
  /** Without `secure`: refuse a server that does not offer STARTTLS, instead of sending in the clear. @default true */
  readonly requireTls?: boolean
  /** With `password`: who logs in. @default no login */
  readonly user?: string
  /** Appears in no error. */
  readonly password?: string
}

/** Options of `emailNotifier`: `smtp`, or a transport of your own. */
export interface EmailNotifierOptions {
  /** The server that takes the mail. */
  readonly smtp?: SmtpOptions
  /** Any transporter of nodemailer, in place of `smtp`; its connections, credentials and their timeouts are yours. */
  readonly transport?: MailTransport
  /** `ops@shop.example` or `Mendkit <ops@shop.example>`. */
  readonly from: string
  /** One mailbox or up to 50; every one sees the others. */
  readonly to: string | readonly string[]
  /** Unique among the notifiers of a host: name each when there are two. @default 'email' */
  readonly id?: string
  /** Where people can look at an incident or an approval. @default no link */
  readonly link?: NoticeLink
  /** Milliseconds after which an attempt counts as failed. @default 20_000 */
  readonly timeoutMs?: number
}

const addressSays = 'must be a mailbox such as ops@shop.example or Mendkit <ops@shop.example>'
const address = z.string({ error: addressSays }).refine((text) => parseMailAddress(text) !== undefined, addressSays)
const line = z.string().regex(/^[^\p{Cc}]{1,1000}$/u, 'must be a text on one line')

const smtpShape = z
  .strictObject(
    {
      host: line,
      port: z.int({ error: 'must be a port' }).min(1, 'must be a port').max(65_535, 'must be a port').optional(),
      secure: z.boolean({ error: 'must be true or false' }).optional(),
      requireTls: z.boolean({ error: 'must be true or false' }).optional(),
      user: line.optional(),
      password: line.optional(),
    },
    { error: 'must be an object with `host`' },
  )
  .refine(
    ({ user, password }) => (user === undefined) === (password === undefined),
    'needs `user` and `password`, or neither',
  )

const shape = z
  .strictObject(
    {
      smtp: smtpShape.optional(),
      transport: z
        .custom<MailTransport>(
          (value) => isTransport(value),
          'must have a function `sendMail`, as transporters of nodemailer do',
        )
        .optional(),
      from: address,
      to: z.union([address, z.array(address).min(1, addressSays).max(50, 'must be at most 50 mailboxes')], {
        error: addressSays,
      }),
      id: idSchema,
      link: linkSchema,
      timeoutMs: timeoutSchema,
    },
    { error: 'must be an object with `smtp` or `transport`, `from` and `to`' },
  )
  .refine(
    ({ smtp, transport }) => (smtp === undefined) !== (transport === undefined),
    'needs one of `smtp` and `transport`',
  )

/**
 * Sends every notice as mail, as plain text and HTML; later notices of an incident answer the first, and a page has high
 * priority.
 *
 * `send` throws `unavailable` when a later attempt may succeed (no answer in time, no connection, no TLS, a 4xx reply) and
 * `rejected` when not (a 5xx reply). When the server takes the mail for some recipients only, the notice counts as taken and
 * a warning is logged. Throws `config` at once for wrong options, and for `smtp` when nodemailer is not installed.
 */
export function emailNotifier(options: EmailNotifierOptions): Notifier {
  readOptions('emailNotifier', shape, options)
  const { id = 'email', link, timeoutMs = 20_000, smtp } = options
  const from = addressOf(options.from)
  const to = [options.to].flat().map(addressOf)
  const who = smtp === undefined ? 'the mail transport' : `the mail server ${smtp.host}`
  const transportOf = lazily(options, timeoutMs)

  async function deliver(notice: Notice, ctx: CallContext): Promise<string> {
    const words = mailWords(notice, { from, thread: notice.threads[id], link: linkOf(link, notice, ctx) })
    const transport = await transportOf()
    ctx.signal.throwIfAborted()
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = AbortSignal.any([ctx.signal, timeout])
    try {
      const sending = transport.sendMail({
        from,
        to,
        ...words,
        disableFileAccess: true,
        disableUrlAccess: true,
        signal,
      })
      const rejected = rejectedIn(await unlessAborted(sending, signal))
      if (rejected > 0)
        ctx.log.warn(message`${who} took notice ${notice.id} not for ${rejected} of ${to.length} recipients`)
      return words.messageId
    } catch (error) {
      ctx.signal.throwIfAborted()
      if (timeout.aborted) throw unavailable(`${who} gave no answer within ${timeoutMs} ms`)
      throw failureOf(who, error)
    }
  }

  return {
    spec: 1,
    id,
    reachesPeople: true,
    send: async (notice, ctx) => {
      const sent = await deliver(notice, ctx)
      return { thread: notice.threads[id] ?? sent }
    },
  }
}

/** What a transport throws holds what it was given: addresses, and words of the server. Only the reply code is passed on. */
function failureOf(who: string, error: unknown): MendkitError {
  const { isFinal, status } = parseSmtpError(error)
  const reply = status === undefined ? '' : ` (SMTP ${status})`
  if (!isFinal) return unavailable(`${who} cannot take notices now${reply}`)
  return new MendkitError('rejected', `${who} refused a notice${reply}: check \`from\`, \`to\` and the login`)
}

/** Transports that do not know signals are left behind when one aborts. */
async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = Promise.withResolvers<never>()
  const give = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', give, { once: true })
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', give)
  }
}

/** The host's transport, or one that is made when the first notice is sent. */
function lazily({ smtp, transport }: EmailNotifierOptions, timeoutMs: number): () => Promise<MailTransport> {
  if (transport !== undefined) return async () => transport
  if (smtp === undefined || !hasNodemailer()) {
    const because = 'emailNotifier: smtp: nodemailer is not installed: `npm install nodemailer`, or give a `transport`'
    throw new MendkitError('config', because, { path: 'smtp' })
  }
  const { host, secure = smtp.port === 465, port = secure ? 465 : 587, requireTls = true, user, password } = smtp
  const login = user === undefined || password === undefined ? {} : { login: { user, pass: password } }
  const made = { host, port, secure, requireTls: requireTls && !secure, timeoutMs, ...login }
  let opening: Promise<MailTransport> | undefined
  return () => {
    opening ??= smtpTransport(made)
    return opening
  }
}

function addressOf(text: string): MailAddress {
  const parsed = parseMailAddress(text)
  if (parsed === undefined) throw new MendkitError('config', `emailNotifier: ${addressSays}`, { path: 'to' })
  return parsed
}

function isTransport(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'sendMail' in value && typeof value.sendMail === 'function'
}
