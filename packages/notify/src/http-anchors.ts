import {
  type Anchor,
  type AnchorPlace,
  type AnchorSink,
  type CallContext,
  checkLimit,
  MendkitError,
  parseCheckpoint,
  readOptions,
} from '@mendkit/core'
import { z } from 'zod'
import { type ConnectionOptions, clientOf, connectionShape, parseUrl } from './connection.ts'
import { headersSchema, parseHeaders } from './headers.ts'
import { idSchema } from './identity.ts'
import { parseAnchors } from './parse-anchors.ts'
import { post } from './post.ts'

/** Options of `httpAnchors`. */
export interface HttpAnchorsOptions extends ConnectionOptions {
  /** Where anchors are posted and read. Must not hold a user name or password; its path never appears in errors. */
  readonly url: string
  /** Sent as `authorization: Bearer …`, as `anchorHandler` wants it. @default none */
  readonly token?: string
  /** Sent with every request, such as credentials for a gateway. */
  readonly headers?: Readonly<Record<string, string>>
  /** @default `http:` and the host of `url` */
  readonly id?: string
  /** What you know of the other side. @default 'other' */
  readonly keeps?: AnchorSink['keeps']
  /** @default what the address says: a loopback address is on this machine, all else is elsewhere */
  readonly apart?: AnchorPlace['apart']
}

const shape = z.strictObject(
  {
    url: z.string({ error: 'must be an http or https address' }),
    token: z.string({ error: 'must be a text' }).min(1, 'must not be empty').optional(),
    headers: headersSchema,
    id: idSchema,
    keeps: z.enum(['append-only', 'write-once', 'other']).optional(),
    apart: z.enum(['same-database', 'this-machine', 'elsewhere']).optional(),
    ...connectionShape,
  },
  { error: 'must be an object with `url`' },
)

/** Anchors that are asked for at once: that many of the longest notes are an answer of a few megabytes. */
const pageSize = 200
const maxAnswer = 8 * 2 ** 20

/**
 * Keeps anchors with a service of yours: `POST` with the note as text, `GET` with `origin` and either `from` and `limit`, or
 * `latest=1`, answered by JSON `{ "anchors": [{ "note", "at" }] }` with ISO times. `anchorHandler` is the other side, over any sink.
 *
 * `put` throws `rejected` when the service answers 409, as it does to another root of the same size; `unavailable` when a later try
 * may succeed (no answer, 408, 425, 429, 5xx), and `config` for any other answer. No error holds the token, a header or the path of
 * the address. Throws `config` at once for wrong options.
 */
export function httpAnchors(options: HttpAnchorsOptions): AnchorSink {
  readOptions('httpAnchors', shape, options)
  const { timeoutMs = 10_000, keeps = 'other', token } = options
  const url = parseUrl('httpAnchors', options.url, options)
  const { id = `http:${url.host}`, apart = isLoopback(url) ? 'this-machine' : 'elsewhere' } = options
  const bearer = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const headers = parseHeaders('httpAnchors', { ...options.headers, ...bearer })
  const who = `the anchor service at ${url.host}`
  const receiver = { who, client: clientOf(options), timeoutMs, check: '`url`, `token` and `headers`' }

  async function ask(query: Readonly<Record<string, string>>, ctx: CallContext): Promise<readonly Anchor[]> {
    const asked = new URL(url)
    for (const [name, value] of Object.entries(query)) asked.searchParams.set(name, value)
    const message = { method: 'GET', headers, body: '', maxAnswer } as const
    const { text } = await settled(() => post({ ...receiver, url: asked }, message, ctx))
    return parseAnchors(who, text)
  }

  return {
    spec: 1,
    id,
    keeps,
    place: async () => ({ where: `${url.protocol}//${url.host}`, apart }),
    async put({ note }, ctx) {
      const { size, origin } = parseCheckpoint(note)
      const plain = new Headers(headers)
      plain.set('content-type', 'text/plain; charset=utf-8')
      await settled(
        () => post({ ...receiver, url }, { headers: plain, body: note }, ctx),
        `${who} holds another root of the first ${size} entries of ${origin}: two logs go by this name`,
      )
    },
    latest: async (origin, ctx) => (await ask({ origin, latest: '1' }, ctx)).at(-1),
    async list({ origin, from, limit }, ctx) {
      checkLimit(limit)
      const found: Anchor[] = []
      for (let next = from; found.length < limit; ) {
        const wanted = Math.min(pageSize, limit - found.length)
        const page = await ask({ origin, from: String(next), limit: String(wanted) }, ctx)
        const last = page.at(-1)
        if (last === undefined) break
        found.push(...page.slice(0, wanted))
        const largest = parseCheckpoint(last.note).size
        // Of the largest size there may be more than the page had room for: they are asked for again, unless that is all there was.
        const isCut = page.length >= wanted && found.length < limit && largest > next
        while (isCut && found.length > 0 && parseCheckpoint(found.at(-1)?.note ?? '').size === largest) found.pop()
        next = isCut ? largest : Math.max(next, largest) + 1
      }
      return found
    },
  }
}

/** Only 409 says that two logs go by one name; whatever else is refused, the host is set up wrongly. */
async function settled<Result>(work: () => Promise<Result>, conflict?: string): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!MendkitError.is(error, 'rejected')) throw error
    if (error.status === 409 && conflict !== undefined) throw new MendkitError('rejected', conflict, { status: 409 })
    throw new MendkitError('config', error.message, error.status === undefined ? {} : { status: error.status })
  }
}

function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i.test(hostname)
}
