import { isIP } from 'node:net'
import { MendkitError } from '@mendkit/core'
import { z } from 'zod'
import { directClient, fetchClient, type HttpClient } from './client.ts'
import { isPrivateAddress } from './private-address.ts'

/** How a notifier reaches its receiver over HTTP. */
export interface ConnectionOptions {
  /**
   * Whether the receiver may have a private, loopback or link-local address, such as a relay of your own in the cluster. It is
   * looked at when a connection is made, after names were looked up, so that nobody who can change a name can reach what is
   * inside. @default false
   */
  readonly allowPrivateAddresses?: boolean
  /**
   * Makes the requests; give your own for client certificates or a proxy. Which addresses it calls is then its own
   * business: `allowPrivateAddresses` is not looked at. @default a client without proxy that calls public addresses only
   */
  readonly fetch?: typeof globalThis.fetch
  /** Milliseconds after which an attempt counts as failed. @default 10_000 */
  readonly timeoutMs?: number
}

/** Where messages go, and how. */
export interface Receiver {
  /** Names the receiver in messages: no more than its host, since a path may be a secret of its own. */
  readonly who: string
  readonly url: URL
  readonly client: HttpClient
  readonly timeoutMs: number
  /** The options that a refusal is about, as in "check `url` and `secret`". */
  readonly check: string
}

const longestMs = 2_147_483_647
const timeSays = `must be a number of milliseconds from 1 to ${longestMs}, such as 10_000`

/** A time after which an attempt counts as failed. */
export const timeoutSchema = z.number({ error: timeSays }).min(1, timeSays).max(longestMs, timeSays).optional()

/** The options of every notifier that posts. */
export const connectionShape = {
  allowPrivateAddresses: z.boolean({ error: 'must be true or false' }).optional(),
  fetch: z.custom((value) => typeof value === 'function', 'must be a function like globalThis.fetch').optional(),
  timeoutMs: timeoutSchema,
}

/** The `url` that `notifier` was given. Throws `config`, without repeating it, for one that cannot be posted to. */
export function parseUrl(
  notifier: string,
  text: string,
  { allowPrivateAddresses = false, fetch }: ConnectionOptions,
): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw wrongUrl(notifier, 'must be an http or https address')
  if (url.username !== '' || url.password !== '') throw wrongUrl(notifier, 'must hold no user or password')
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  if (fetch === undefined && !allowPrivateAddresses && isIP(literal) !== 0 && isPrivateAddress(literal)) {
    throw wrongUrl(notifier, 'is a private address: if that is meant, set `allowPrivateAddresses: true`')
  }
  return url
}

/** As `parseUrl`, for a receiver that is told a secret: `http` is for relays inside only. */
export function parseSecretUrl(notifier: string, text: string, options: ConnectionOptions): URL {
  const url = parseUrl(notifier, text, options)
  if (url.protocol === 'https:' || options.allowPrivateAddresses === true) return url
  throw wrongUrl(notifier, 'must be an https address, or a relay of your own with `allowPrivateAddresses: true`')
}

/** What posts to a receiver. */
export function clientOf({ allowPrivateAddresses = false, fetch }: ConnectionOptions): HttpClient {
  if (fetch !== undefined) return fetchClient(fetch)
  return directClient({ refuses: allowPrivateAddresses ? () => false : isPrivateAddress })
}

function wrongUrl(notifier: string, because: string): MendkitError {
  return new MendkitError('config', `${notifier}: url: ${because}`, { path: 'url' })
}
