import { MendkitError } from '@mendkit/core'
import { z } from 'zod'

/** As the vendor's errors look: a word for what its client noticed, a number for what the server answered. */
const failureSchema = z.object({
  code: z.union([z.string(), z.number()]).optional().catch(undefined),
  message: z.string().catch(''),
  name: z.string().optional().catch(undefined),
  data: z
    .object({ status: z.number().optional().catch(undefined) })
    .optional()
    .catch(undefined),
})

/** What the client says of an answer that its protocol does not allow. */
const badAnswers: ReadonlySet<string> = new Set([
  'INVALID_RESULT',
  'UNSUPPORTED_RESULT_TYPE',
  'LIST_PAGINATION_EXCEEDED',
])

/**
 * A failed call as an error of Mendkit. The vendor's error is no cause of it, and of what it says only the words of the server's
 * own protocol errors are kept: the others repeat bodies and addresses, and may repeat credentials.
 */
export function explainFailure(what: string, error: unknown, hide: (text: string) => string): MendkitError {
  if (MendkitError.is(error)) return error
  const { code, message, data, name } = failureSchema.safeParse(error).data ?? { message: '' }
  const status = data?.status ?? (name === 'UnauthorizedError' || name === 'InsufficientScopeError' ? 401 : undefined)
  if (status !== undefined) return explainStatus(what, status)
  if (typeof code === 'number') {
    return new MendkitError('rejected', `${what}: the server refused: ${hide(message).slice(0, 300)} (${code})`)
  }
  if (code !== undefined && badAnswers.has(code)) {
    return new MendkitError('bad-response', `${what}: the answer is none that the protocol allows (${code})`)
  }
  if (code === 'CAPABILITY_NOT_SUPPORTED') return new MendkitError('unsupported', `${what}: the server has no tools`)
  const because = code === 'REQUEST_TIMEOUT' ? 'it did not answer in time' : 'the connection failed or was lost'
  return new MendkitError('unavailable', `${what}: ${because}${code === undefined ? '' : ` (${code})`}`)
}

function explainStatus(what: string, status: number): MendkitError {
  const isRefusal = status >= 400 && status < 500 && ![404, 408, 425, 429].includes(status)
  // 404 is what a server says that has forgotten the session: the next connection makes a new one.
  return isRefusal
    ? new MendkitError('rejected', `${what}: refused with HTTP status ${status}; look at \`headers\` and \`url\``, {
        status,
      })
    : new MendkitError('unavailable', `${what}: failed with HTTP status ${status}`, { status })
}
