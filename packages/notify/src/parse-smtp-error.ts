import { z } from 'zod'

/** What a failure of a mail transport means. `status` is the reply code of the server, when it gave one. */
export interface SmtpFailure {
  /** Whether the same message will never be taken. */
  readonly isFinal: boolean
  readonly status?: number
}

const failure = z.object({ responseCode: z.int().min(200).max(599).optional(), code: z.string().optional() })

/** Without a reply code: words of nodemailer for what does not go away by itself. */
const finalCodes = new Set(['ENOAUTH', 'EENVELOPE', 'ECONFIG'])

/** Reads an error of nodemailer. Nothing of its text goes on: it may repeat addresses and what was sent. */
export function parseSmtpError(error: unknown): SmtpFailure {
  const { responseCode, code = '' } = failure.safeParse(error).data ?? {}
  if (responseCode === undefined) return { isFinal: finalCodes.has(code) }
  return { isFinal: responseCode >= 500, status: responseCode }
}

const answer = z.object({ rejected: z.array(z.unknown()) })

/** How many recipients a transport says that the server did not take. */
export function rejectedIn(info: unknown): number {
  return answer.safeParse(info).data?.rejected.length ?? 0
}
