import { type MirrorSink, readOptions, toOcsf } from '@mendkit/core'
import { z } from 'zod'
import { type ConnectionOptions, clientOf, connectionShape, parseUrl } from './connection.ts'
import { headersSchema, parseHeaders } from './headers.ts'
import { idSchema } from './identity.ts'
import { post } from './post.ts'

/** Options of `httpMirror`. */
export interface HttpMirrorOptions extends ConnectionOptions {
  /** Where entries are posted. Must not hold a user name or password; its path and query never appear in errors. */
  readonly url: string
  /** Names the cursor in the store: under another id the whole log is sent again. @default `http:` and the host of `url` */
  readonly id?: string
  /** Sent with every batch, such as the token of a collector. */
  readonly headers?: Readonly<Record<string, string>>
  /** `lines`: an event a line (application/x-ndjson). `array`: one JSON array (application/json). @default 'lines' */
  readonly format?: 'lines' | 'array'
  /** Entries of one request, 1 to 1,000. @default 100 */
  readonly maxEntries?: number
}

const entriesSays = 'must be a whole number from 1 to 1_000'
const shape = z.strictObject(
  {
    url: z.string({ error: 'must be an http or https address' }),
    id: idSchema,
    headers: headersSchema,
    format: z.enum(['lines', 'array'], { error: "must be 'lines' or 'array'" }).optional(),
    maxEntries: z.int({ error: entriesSays }).min(1, entriesSays).max(1_000, entriesSays).optional(),
    ...connectionShape,
  },
  { error: 'must be an object with `url`' },
)

/**
 * Posts the audit log to a collector as events of OCSF, batch by batch. For `createMendkit({ system: { mirrors } })`. A batch counts
 * as taken when the answer is 2xx; the engine sends any other again, after the wait that `Retry-After` asks for.
 *
 * `write` throws `unavailable` when a later attempt may succeed (no answer, 408, 425, 429, 5xx) and `rejected` when the receiver
 * refused it. No error holds a header or the path of the address. Throws `config` at once for wrong options.
 */
export function httpMirror(options: HttpMirrorOptions): MirrorSink {
  readOptions('httpMirror', shape, options)
  const { format = 'lines', timeoutMs = 10_000, maxEntries } = options
  const url = parseUrl('httpMirror', options.url, options)
  const fixed = parseHeaders('httpMirror', options.headers ?? {})
  const who = `the mirror at ${url.host}`
  const receiver = { who, url, client: clientOf(options), timeoutMs, check: '`url`, `headers` and `format`' }
  return {
    spec: 1,
    id: options.id ?? `http:${url.host}`,
    ...(maxEntries !== undefined && { maxEntries }),
    write: async ({ entries }, ctx) => {
      const events = entries.map((entry) => JSON.stringify(toOcsf(entry)))
      const headers = new Headers(fixed)
      headers.set('content-type', format === 'lines' ? 'application/x-ndjson' : 'application/json')
      const body = format === 'lines' ? `${events.join('\n')}\n` : `[${events.join(',')}]`
      await post(receiver, { headers, body }, ctx)
    },
  }
}
