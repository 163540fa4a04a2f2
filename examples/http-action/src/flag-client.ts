import { MendkitError } from '@mendkit/core'
import { type Flag, flagSchema } from './flag-api.ts'

/** A flag with the version that a write to it is conditional on. */
interface VersionedFlag extends Flag {
  readonly etag: string
}

/** The flag service, as its action needs it. The only file that knows HTTP. */
export interface FlagClient {
  /** Undefined when there is no such flag. */
  get(name: string, signal: AbortSignal): Promise<VersionedFlag | undefined>
  /** Throws `conflict` when the flag has another version or is gone, and then has changed nothing. */
  put(name: string, flag: Flag, ifMatch: string, signal: AbortSignal): Promise<void>
  /** Gives the flag a new version, so that every write that is still under way is refused. */
  touch(name: string, signal: AbortSignal): Promise<void>
}

/** Where the service is, and how it is reached. */
export interface FlagClientOptions {
  readonly url: string
  /** @default the platform's */
  readonly fetch?: (request: Request) => Promise<Response>
}

/** Speaks to the service. Never tries again: the engine looks at the world first. */
export function flagClient({ url, fetch: send = fetch }: FlagClientOptions): FlagClient {
  async function call(method: string, path: string, signal: AbortSignal, more: RequestInit = {}): Promise<Response> {
    const request = new Request(new URL(path, url), { method, signal, ...more })
    try {
      return await send(request)
    } catch (error) {
      signal.throwIfAborted()
      // Sent or not, nobody knows: without `effect`, the engine reads what became of it.
      throw new MendkitError('unavailable', `${method} ${path}: the flag service did not answer`, { cause: error })
    }
  }

  return {
    async get(name, signal) {
      const response = await call('GET', pathOf(name), signal)
      if (response.status === 404) return undefined
      if (!response.ok) throw refusal(response, `reading flag ${name}`)
      const flag = flagSchema.safeParse(await response.json())
      const etag = response.headers.get('etag')
      if (flag.success && etag !== null) return { ...flag.data, etag }
      throw new MendkitError('bad-response', `flag ${name} was answered without its state or its version`)
    },
    async put(name, flag, ifMatch, signal) {
      const headers = { 'content-type': 'application/json', 'if-match': ifMatch }
      const response = await call('PUT', pathOf(name), signal, { headers, body: JSON.stringify(flag) })
      if (!response.ok) throw refusal(response, `writing flag ${name}`)
    },
    async touch(name, signal) {
      const response = await call('POST', `${pathOf(name)}/touch`, signal)
      if (!response.ok) throw refusal(response, `touching flag ${name}`)
    },
  }
}

function pathOf(name: string): string {
  return `/flags/${encodeURIComponent(name)}`
}

/** What a status says about whether anything happened. This table is the heart of a client. */
function refusal({ status }: Response, what: string): MendkitError {
  const text = `${what}: the flag service answered ${status}`
  // The version did not match, or there is nothing to write to.
  if (status === 412 || status === 404) return new MendkitError('conflict', text, { status })
  // Turned away unread.
  if (status === 429) return new MendkitError('unavailable', text, { status, effect: 'none' })
  // A gateway may say this of a write that went through.
  if (status >= 500) return new MendkitError('unavailable', text, { status })
  return new MendkitError('rejected', text, { status })
}
