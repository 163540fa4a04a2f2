import type { Notice } from '@mendkit/core'
import { messageId } from './notice-message.ts'
import { aboutLine, eachCharacter, oneLine, within } from './words.ts'

/** Longest texts that Block Kit takes: https://docs.slack.dev/reference/block-kit/blocks */
const maxHeader = 150
const maxSection = 3_000
const fence = '```'

/** What Slack's `chat.postMessage` is given beside the channel. */
export interface SlackMessage {
  readonly text: string
  readonly blocks: readonly SlackBlock[]
  readonly metadata: {
    readonly event_type: 'mendkit_notice'
    readonly event_payload: Readonly<Record<string, string>>
  }
  readonly unfurl_links: false
  readonly unfurl_media: false
}

type SlackBlock =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'section'; readonly text: MarkedText }
  | { readonly type: 'context'; readonly elements: readonly MarkedText[] }

interface PlainText {
  readonly type: 'plain_text'
  readonly text: string
  readonly emoji: false
}

/** `verbatim`: Slack makes no links and no mentions of what is not marked as one. */
interface MarkedText {
  readonly type: 'mrkdwn'
  readonly text: string
  readonly verbatim: true
}

/**
 * A notice as Slack shows it. Whatever the notice says stays text: without a raw `<` there is no mention and no link, and no
 * backtick ends the block of the difference.
 */
export function slackMessage(notice: Notice, link: string | undefined): SlackMessage {
  const { id, tenant, incidentId, diff, body } = notice
  const title = oneLine(notice.title) || 'A notice without a title'
  return {
    text: within(title, maxSection, escaped),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: within(title, maxHeader, escaped), emoji: false } },
      ...(body.trim() === '' ? [] : [section(within(body, maxSection, escaped))]),
      ...(diff === undefined ? [] : [section(codeOf(diff))]),
      { type: 'context', elements: [marked(within(aboutLine(notice), maxSection, escaped))] },
      ...(link === undefined ? [] : [section(`<${linkTarget(link)}|Open in Mendkit>`)]),
    ],
    metadata: {
      event_type: 'mendkit_notice',
      event_payload: { message_id: messageId(notice), notice_id: id, incident_id: incidentId, tenant },
    },
    unfurl_links: false,
    unfurl_media: false,
  }
}

function section(text: string): SlackBlock {
  return { type: 'section', text: marked(text) }
}

function marked(text: string): MarkedText {
  return { type: 'mrkdwn', text, verbatim: true }
}

function codeOf(diff: string): string {
  return `${fence}\n${within(diff, maxSection - 2 * fence.length - 2, inCode)}\n${fence}`
}

/** The three characters that mean something to Slack: https://docs.slack.dev/messaging/formatting-message-text */
function escaped(character: string): string {
  return entities.get(character) ?? character
}

/** A backtick is followed by a space of no width, so that three of them never stand together. */
function inCode(character: string): string {
  return character === '`' ? '`\u200b' : escaped(character)
}

/** `|` would end the address. */
function linkTarget(link: string): string {
  return eachCharacter(link.replaceAll('|', '%7C'), escaped)
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
])
