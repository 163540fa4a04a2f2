import { MendkitError } from '@mendkit/core'

/** How to reach one Prometheus or Alertmanager. */
export interface ConnectionOptions {
  /** Address, with a path prefix where the server has one. Must not hold credentials. */
  readonly url: string
  /** Sent with every request; the place for credentials, such as `{ authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Makes the requests; give your own for client certificates or a proxy. @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch
  /** Milliseconds after which one request counts as failed. @default 10_000 */
  readonly timeoutMs?: number
  /** Longest answer in bytes; a longer one counts as failed. @default 33_554_432 (32 MiB) */
  readonly maxBytes?: number
}

/** A checked connection. */
export interface Connection {
  /** Names the server in messages, such as `Alertmanager at am:9093`. */
  readonly who: string
  /** Ends in a slash. */
  readonly base: URL
  readonly headers: Headers
  readonly fetch: typeof globalThis.fetch
  readonly timeoutMs: number
  readonly maxBytes: number
}

/** Checks the options of a connection, without any request. Throws `config`, and never repeats a header's value. */
export function openConnection(program: string, options: ConnectionOptions, path = 'url'): Connection {
  const base = parseBase(program, options.url, path)
  const { fetch = globalThis.fetch, timeoutMs = 10_000, maxBytes = 32 * 1024 * 1024 } = options
  return {
    who: `${program} at ${base.host}`,
    base,
    headers: parseHeaders(program, options.headers ?? {}),
    fetch,
    timeoutMs: atLeastOne('timeoutMs', timeoutMs),
    maxBytes: atLeastOne('maxBytes', maxBytes),
  }
}

/** Throws `config` unless `value` is a number of at least 1. */
export function atLeastOne(path: string, value: number): number {
  if (!(Number.isFinite(value) && value >= 1)) {
    throw new MendkitError('config', `\`${path}\` must be a number of at least 1`, { path })
  }
  return value
}

/** Throws `config` when `value` is not a non-empty text. */
export function nonEmpty(path: string, value: string, hint: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new MendkitError('config', `\`${path}\` must be a non-empty text: ${hint}`, { path })
  }
  return value
}

function parseBase(program: string, url: string, path: string): URL {
  if (!URL.canParse(url)) {
    throw new MendkitError('config', `\`${path}\` of ${program} is not an address such as http://host:9090`, { path })
  }
  const base = new URL(url)
  if (base.protocol !== 'http:' && base.protocol !== 'https:') {
    throw new MendkitError('config', `\`${path}\` of ${program} must begin with http:// or https://`, { path })
  }
  // Addresses end up in logs and in the HTTP client's own errors, so they may never carry a secret.
  if (base.username !== '' || base.password !== '' || base.search !== '' || base.hash !== '') {
    const because = `\`${path}\` of ${program} must hold no user, password, query or fragment: put credentials in \`headers\``
    throw new MendkitError('config', because, { path })
  }
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  return base
}

function parseHeaders(program: string, headers: Readonly<Record<string, string>>): Headers {
  const checked = new Headers({ accept: 'application/json' })
  for (const [name, value] of Object.entries(headers)) {
    try {
      checked.set(name, value)
    } catch {
      // The platform's own error repeats the value, which may be a secret, so it is not passed on as a cause.
      const because = `a header of ${program} is not valid in HTTP: look for line breaks and characters beyond Latin-1`
      throw new MendkitError('config', because, { path: `headers.${name}` })
    }
  }
  return checked
}
