import { createHash, timingSafeEqual } from 'node:crypto'
import {
  type AnchorSink,
  type CallContext,
  errorText,
  type Logger,
  MendkitError,
  message,
  readOptions,
  silentLogger,
} from '@mendkit/core'
import { z } from 'zod'

/** What serves anchors. */
export interface AnchorHandlerOptions {
  /** What `httpAnchors({ token })` sends: at least 16 characters. */
  readonly token: string
  /** @default nothing is logged */
  readonly log?: Logger
}

const says = 'must be a text of at least 16 characters'
const shape = z.strictObject(
  {
    token: z.string({ error: says }).min(16, says),
    log: z.custom((value) => typeof value === 'object' && value !== null, 'must be a logger').optional(),
  },
  { error: 'must be an object with `token`' },
)

const maxNote = 16_384
const query = z.object({
  origin: z.string().min(1).max(4_096),
  latest: z.literal('1').optional(),
  from: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
})

/**
 * Serves a sink to `httpAnchors` of other machines, as a function from request to response to mount under any path: run it where the
 * administrators of the database are not. It adds and reads, nothing else, and takes the time from this machine.
 */
export function anchorHandler(
  sink: AnchorSink,
  options: AnchorHandlerOptions,
): (request: Request) => Promise<Response> {
  readOptions('anchorHandler', shape, options)
  const { token, log = silentLogger } = options
  const wanted = digestOf(`Bearer ${token}`)
  return async (request) => {
    const given = digestOf(request.headers.get('authorization') ?? '')
    if (!timingSafeEqual(given, wanted)) return answer(401, { error: 'the token is not right' })
    const ctx = { signal: request.signal, log }
    try {
      if (request.method === 'POST') return await take(sink, request, ctx)
      if (request.method === 'GET') return await give(sink, request, ctx)
      return answer(405, { error: 'only GET and POST are served' })
    } catch (error) {
      const status = statusOf(error)
      if (status >= 500) log.warn(message`a request for anchors in ${sink.id} failed: ${errorText(error)}`)
      return answer(status, { error: MendkitError.is(error) ? error.message : 'the sink failed' })
    }
  }
}

async function take(sink: AnchorSink, request: Request, ctx: CallContext): Promise<Response> {
  const note = await textOf(request)
  if (note === undefined) return answer(413, { error: `a note has at most ${maxNote} bytes` })
  await sink.put({ note, at: Date.now() }, ctx)
  return answer(200, {})
}

async function give(sink: AnchorSink, request: Request, ctx: CallContext): Promise<Response> {
  const parsed = query.safeParse(Object.fromEntries(new URL(request.url).searchParams))
  if (!parsed.success) return answer(400, { error: 'give `origin`, and `latest=1` or `from` and `limit`' })
  const { origin, latest, from, limit } = parsed.data
  const newest = latest === undefined ? undefined : await sink.latest(origin, ctx)
  const found =
    latest === undefined ? await sink.list({ origin, from, limit }, ctx) : newest === undefined ? [] : [newest]
  return answer(200, { anchors: found.map(({ note, at }) => ({ note, at: new Date(at).toISOString() })) })
}

/** The body, unless it is longer than a note can be. */
async function textOf(request: Request): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  const body: AsyncIterable<Uint8Array> | readonly Uint8Array[] = request.body ?? []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxNote) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function statusOf(error: unknown): number {
  if (MendkitError.is(error, 'rejected')) return 409
  if (MendkitError.is(error, 'invalid')) return 400
  return MendkitError.is(error, 'unavailable') ? 503 : 500
}

function answer(status: number, body: object): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } })
}

/** Of one length, whatever was given. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
