import type { FailureKind } from '../database-failure.ts'

/** What an error of the network between us and a server means. */
const codes: ReadonlyMap<string, FailureKind> = new Map([
  ['ECONNREFUSED', 'down'],
  ['ENOTFOUND', 'down'],
  ['EAI_AGAIN', 'down'],
  ['EHOSTUNREACH', 'down'],
  ['ENETUNREACH', 'down'],
  ['ECONNRESET', 'lost'],
  ['EPIPE', 'lost'],
  ['ETIMEDOUT', 'lost'],
  ['PROTOCOL_CONNECTION_LOST', 'lost'],
  ['POOL_EXHAUSTED', 'exhausted'],
])

const lost =
  /Connection terminated|connection is in closed state|Client has encountered a connection error|Client was closed/i
const down = /Connection terminated due to connection timeout|connect ETIMEDOUT/i
const noTls = /does not support (SSL|secure) connection/i
const untrusted = /^(CERT_|ERR_TLS_CERT|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(GET|VERIFY))/
// What a host's own pool may say as well.
const exhausted = /timeout exceeded when trying to connect|No connections available|Queue limit reached/i
const closed = /after calling end on the pool|Pool is closed|driver has already been destroyed/i

/** What an error of the network, or of a driver that lost its server, means. */
export function connectionFailure(error: unknown): FailureKind | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as Error & { code?: unknown }
  if (down.test(error.message)) return 'down'
  if (noTls.test(error.message) || (typeof code === 'string' && untrusted.test(code))) return 'no-tls'
  const kind = typeof code === 'string' ? codes.get(code) : undefined
  if (kind !== undefined) return kind
  if (closed.test(error.message)) return 'closed'
  if (exhausted.test(error.message)) return 'exhausted'
  if (/Query read timeout/i.test(error.message)) return 'timeout'
  return lost.test(error.message) ? 'lost' : undefined
}
