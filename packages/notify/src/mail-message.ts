import type { Notice } from '@mendkit/core'
import type { Mail, MailAddress } from './client.ts'
import { messageId } from './notice-message.ts'
import { aboutLine, oneLine, within } from './words.ts'

const maxSubject = 200

/** What a message says, and where it stands in its thread. */
export type MailWords = Pick<
  Mail,
  'subject' | 'messageId' | 'inReplyTo' | 'references' | 'text' | 'html' | 'date' | 'priority' | 'headers'
>

/**
 * A notice as mail. Its Message-ID is the same at every attempt and for every notice about the same matter, so that mail
 * systems drop doubles. In a thread it refers to the first message; the subject stays that of the incident, since some
 * programs sort by it.
 */
export function mailWords(
  notice: Notice,
  { from, thread, link }: { from: MailAddress; thread: string | undefined; link: string | undefined },
): MailWords {
  const { title, body, diff, urgency } = notice
  const own = mailId(notice, from)
  const isReply = thread !== undefined && thread !== own
  const subject = within(oneLine(title) || 'A notice without a title', maxSubject)
  const about = oneLine(aboutLine(notice))
  return {
    subject: isReply ? `Re: ${subject}` : subject,
    messageId: own,
    ...(isReply && { inReplyTo: thread, references: thread }),
    text: [subject, body, ...(diff === undefined ? [] : [diff]), ...(link === undefined ? [] : [link]), about].join(
      '\n\n',
    ),
    html: [
      `<p><strong>${escaped(subject)}</strong></p>`,
      `<pre>${escaped(body)}</pre>`,
      ...(diff === undefined ? [] : [`<pre>${escaped(diff)}</pre>`]),
      ...(link === undefined ? [] : [`<p><a href="${escaped(link)}">Open in Mendkit</a></p>`]),
      `<p>${escaped(about)}</p>`,
    ].join('\n'),
    date: new Date(notice.at),
    priority: urgency === 'page' ? 'high' : 'normal',
    // RFC 3834: absence notes and the like do not answer.
    headers: { 'Auto-Submitted': 'auto-generated' },
  }
}

/** The Message-ID of a notice, with its angle brackets. */
function mailId(notice: Notice, { address }: MailAddress): string {
  return `<${messageId(notice)}.mendkit@${address.slice(address.lastIndexOf('@') + 1)}>`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
