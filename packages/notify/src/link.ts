import { type CallContext, message, type Notice } from '@mendkit/core'
import { z } from 'zod'

/**
 * The address where people can look at what a notice is about, such as a page of yours; undefined for none. It is shown only
 * when it is an http or https address of at most 500 characters.
 */
export type NoticeLink = (about: Pick<Notice, 'tenant' | 'incidentId' | 'approvalId'>) => string | undefined

/** Every receiver takes as much, however it has to be written. */
const maxLink = 500

/** The option of a notifier that shows a link. */
export const linkSchema = z.custom((value) => typeof value === 'function', 'must be a function').optional()

/** The link of a notice. One that fails or is no address is logged and left out: a notice without it is better than none. */
export function linkOf(link: NoticeLink | undefined, notice: Notice, ctx: CallContext): string | undefined {
  if (link === undefined) return undefined
  const { tenant, incidentId, approvalId } = notice
  try {
    const given = link({ tenant, incidentId, ...(approvalId !== undefined && { approvalId }) })
    if (given === undefined) return undefined
    const url = new URL(given)
    if (/^https?:$/.test(url.protocol) && url.href.length <= maxLink) return url.href
  } catch {
    // What it threw may repeat what it was given; that it gave no address is all that matters here.
  }
  ctx.log.warn(
    message`notice ${notice.id} is sent without its link, as \`link\` gave no http or https address of at most ${maxLink} characters`,
  )
  return undefined
}
