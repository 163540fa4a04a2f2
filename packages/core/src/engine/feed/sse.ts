import { z } from 'zod'
import { functionSchema, readOptions } from '../../define/read-options.ts'
import { MendkitError } from '../../errors.ts'
import type { MendkitEvent } from '../../model/event.ts'
import type { Principal } from '../../model/principal.ts'
import { once } from '../../once.ts'
import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../system/system-clock.ts'
import type { Authenticate } from '../authenticate.ts'
import { sseQuery } from './sse-request.ts'
import { sseStream } from './sse-stream.ts'
import type { WatchOptions } from './tail.ts'

/** Anything whose events can be watched as some principal: Mendkit itself. */
export interface Watchable {
  /** The live feed from a cursor on. */
  watch(options: WatchOptions): AsyncIterable<MendkitEvent>
  /** The same face for a principal and its tenant. */
  as(principal: Principal): Pick<Watchable, 'watch'>
}

/** How events are served. */
export interface SseOptions {
  /**
   * Says who asks; undefined is answered with 401, and a `Response` is sent as it is. Decides the tenant, so it must not
   * believe the request. What it throws is thrown on to the server that called, and so is what `as` says to a principal that
   * is none.
   */
  readonly authenticate: Authenticate
  /** Milliseconds between signs of life while nothing happens. @default 15_000 */
  readonly heartbeatMs?: number
  /** Milliseconds that a browser waits before it connects again. Absent: its own default. */
  readonly retryMs?: number
  /** @default the machine's clock */
  readonly clock?: Clock
}

const longestMs = 2_147_483_647
const ms = (least: number) => {
  const error = `must be a number of milliseconds from ${least} to ${longestMs}, such as 15_000`
  return z.number({ error }).int(error).min(least, error).max(longestMs, error).optional()
}
const shape = once(() =>
  z.strictObject(
    {
      authenticate: z.custom((value) => typeof value === 'function', {
        error: 'must be a function that gives the principal of a request, or undefined',
      }),
      heartbeatMs: ms(1),
      retryMs: ms(0),
      clock: z.looseObject({ now: functionSchema, sleep: functionSchema }, { error: 'must be a Clock' }).optional(),
    },
    { error: 'must be an object with `authenticate`' },
  ),
)

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Tells nginx and those that follow its ways not to hold events back.
  'x-accel-buffering': 'no',
}

/**
 * Serves `watch` as Server-Sent Events: a web-standard handler to mount on any server. Each event has `id: <seq>`,
 * `event: <type>` and the event as JSON in `data`. A client goes on where it stopped by `Last-Event-ID` (or `?after=`);
 * `?types=` and `?incident=` narrow what it gets. Answers 405 to anything but GET, 401 without a principal, 400 to a
 * cursor that is none. A cursor that is ahead of the log ends the stream with an event `failed`. Throws `config` at once
 * for wrong options.
 */
export function sse(mendkit: Watchable, options: SseOptions): (request: Request) => Promise<Response> {
  if (typeof mendkit?.watch !== 'function' || typeof mendkit.as !== 'function') {
    throw new MendkitError('config', 'sse: mendkit: must be what createMendkit() returned', { path: 'mendkit' })
  }
  readOptions('sse', shape(), options)
  const { heartbeatMs = 15_000, retryMs, clock = systemClock } = options
  return async (request) => {
    if (request.method !== 'GET') return text(405, 'only GET', { allow: 'GET' })
    const principal = await options.authenticate(request)
    if (principal === undefined) return text(401, 'who are you?')
    if (principal instanceof Response) return principal
    const face = mendkit.as(principal)
    try {
      const query = sseQuery(request)
      const ended = new AbortController()
      const onEnd = () => {
        request.signal.removeEventListener('abort', onEnd)
        ended.abort()
      }
      request.signal.addEventListener('abort', onEnd)
      if (request.signal.aborted) onEnd()
      const events = face.watch({ ...query, signal: ended.signal })
      return new Response(sseStream({ events, heartbeatMs, retryMs, clock, onEnd }), { headers })
    } catch (error) {
      if (!MendkitError.is(error, 'invalid')) throw error
      return text(400, error.message)
    }
  }
}

function text(status: number, words: string, more: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${words}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...more } })
}
