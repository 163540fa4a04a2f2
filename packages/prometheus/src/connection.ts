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

/** Opens a connection by options that were checked, without any request. */
export function openConnection(program: string, options: ConnectionOptions): Connection {
  const base = new URL(options.url)
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  const { fetch = globalThis.fetch, timeoutMs = 10_000, maxBytes = 32 * 1024 * 1024 } = options
  const headers = new Headers({ accept: 'application/json', ...options.headers })
  return { who: `${program} at ${base.host}`, base, headers, fetch, timeoutMs, maxBytes }
}

/** What is wrong with an address, if anything. */
export function addressProblem(url: string): string | undefined {
  if (!URL.canParse(url)) return 'must be an address such as http://host:9090'
  const base = new URL(url)
  if (base.protocol !== 'http:' && base.protocol !== 'https:') return 'must begin with http:// or https://'
  // Addresses end up in logs and in the HTTP client's own errors, so they may never carry a secret.
  if (base.username !== '' || base.password !== '' || base.search !== '' || base.hash !== '') {
    return 'must hold no user, password, query or fragment: put credentials in `headers`'
  }
  return undefined
}

/** What is wrong with a header, if anything. Never repeats its value, which may be a secret. */
export function headerProblem(name: string, value: string): string | undefined {
  try {
    new Headers().set(name, value)
    return undefined
  } catch {
    // The platform's own error repeats the value, so it is not passed on as a cause.
    return 'is not valid in HTTP: look for line breaks and characters beyond Latin-1'
  }
}
