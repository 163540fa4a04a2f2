import { type Heartbeat, readOptions } from '@mendkit/core'
import { z } from 'zod'
import { type ConnectionOptions, clientOf, connectionShape, parseUrl } from './connection.ts'
import { headersSchema, parseHeaders } from './headers.ts'
import { idSchema } from './identity.ts'
import { post } from './post.ts'

/** Options of `heartbeat`. */
export interface HeartbeatOptions extends ConnectionOptions {
  /**
   * What is called for every beat. Must not hold a user name or password; its path and query are taken for a secret and
   * never appear in errors.
   */
  readonly url: string
  /** @default 'POST', with a small JSON body */
  readonly method?: 'GET' | 'POST'
  /** Milliseconds between two beats, from 1,000 to a day. @default 60_000 */
  readonly everyMs?: number
  /** Sent with every beat, such as credentials. */
  readonly headers?: Readonly<Record<string, string>>
  /** Stands in metrics and in the store. Two hosts on one store that shall be watched each for itself have one each. @default 'heartbeat' */
  readonly id?: string
}

const everySays = 'must be a whole number of milliseconds from 1_000 to 86_400_000'
const shape = z.strictObject(
  {
    url: z.string({ error: 'must be an http or https address' }),
    method: z.enum(['GET', 'POST'], { error: "must be 'GET' or 'POST'" }).optional(),
    everyMs: z.int({ error: everySays }).min(1_000, everySays).max(86_400_000, everySays).optional(),
    headers: headersSchema,
    id: idSchema,
    ...connectionShape,
  },
  { error: 'must be an object with `url`' },
)

/**
 * Calls an address for as long as the engine does its work, for a receiver that rings when the calls stop: a check of a
 * watchdog service, or an alert receiver of your own. For `createMendkit({ system: { heartbeat } })`.
 *
 * `beat` throws `unavailable` when a later one may succeed (no answer, 408, 425, 429, 5xx) and `rejected` when not. No error holds
 * a header or the path of the address. Throws `config` at once for wrong options.
 */
export function heartbeat(options: HeartbeatOptions): Heartbeat {
  readOptions('heartbeat', shape, options)
  const { id = 'heartbeat', everyMs = 60_000, method = 'POST', timeoutMs = 10_000 } = options
  const url = parseUrl('heartbeat', options.url, options)
  const headers = parseHeaders('heartbeat', options.headers ?? {})
  const who = `the receiver of heartbeats at ${url.host}`
  const receiver = { who, url, client: clientOf(options), timeoutMs, check: '`url`, `method` and `headers`' }
  const body = method === 'GET' ? '' : JSON.stringify({ type: 'mendkit.heartbeat', id, everyMs })
  return {
    spec: 1,
    id,
    everyMs,
    beat: async (ctx) => {
      await post(receiver, { method, headers, body }, ctx)
    },
  }
}
