import { MendkitError } from '@mendkit/core'
import { z } from 'zod'

/** Headers that a host gives. */
export const headersSchema = z
  .record(z.string(), z.string({ error: 'must be a text' }), { error: 'must be an object of texts' })
  .optional()

/** The headers of every JSON message, with those of the host. Throws `config`, without the value, for one that HTTP does not allow. */
export function parseHeaders(maker: string, given: Readonly<Record<string, string>>): Headers {
  const headers = new Headers({ 'content-type': 'application/json', 'user-agent': 'mendkit' })
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.set(name, value)
    } catch {
      // The platform's own error repeats the value, which may be a secret, so it is not passed on as a cause.
      const path = `headers.${name}`
      const because = 'is not allowed in HTTP: look for line breaks and characters beyond Latin-1'
      throw new MendkitError('config', `${maker}: ${path}: ${because}`, { path })
    }
  }
  return headers
}
