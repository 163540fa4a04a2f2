import type { Notice } from '@mendkit/core'
import { messageId } from './notice-message.ts'
import { aboutLine, oneLine, within } from './words.ts'

/** Teams takes messages of about 28 KB; the rest is for what a workflow adds. */
const maxBytes = 24_000
const maxTitle = 300
const maxBody = 3_000
const maxDiff = 4_000
/** A line of text in a card takes more room than its characters. */
const maxLines = 60

/** What a Workflows webhook of Teams is posted. */
export interface TeamsMessage {
  readonly type: 'message'
  readonly attachments: readonly [
    {
      readonly contentType: 'application/vnd.microsoft.card.adaptive'
      readonly contentUrl: null
      readonly content: Card
    },
  ]
}

interface Card {
  readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json'
  readonly type: 'AdaptiveCard'
  readonly version: '1.4'
  /** What Teams shows where it shows no cards. */
  readonly fallbackText: string
  readonly msteams: { readonly width: 'Full' }
  readonly body: readonly Container[]
  readonly actions?: readonly { readonly type: 'Action.OpenUrl'; readonly title: string; readonly url: string }[]
}

interface Container {
  readonly type: 'Container'
  readonly id: string
  readonly separator?: true
  readonly items: readonly Line[]
}

/** Text of this kind is shown as it is: unlike a `TextBlock` it knows no Markdown, so no links, no lists, no emphasis. */
interface Line {
  readonly type: 'RichTextBlock'
  readonly spacing?: 'None'
  readonly inlines: readonly [Run]
}

interface Run {
  readonly type: 'TextRun'
  readonly text: string
  readonly size?: 'Large'
  readonly weight?: 'Bolder'
  readonly fontType?: 'Monospace'
  readonly isSubtle?: true
}

/**
 * A notice as an Adaptive Card: https://learn.microsoft.com/adaptive-cards. The first container's id is the same for the same
 * matter, so that a workflow can drop doubles. A difference that does not fit is cut, and says so.
 */
export function teamsMessage(notice: Notice, link: string | undefined): TeamsMessage {
  for (let max = maxDiff; ; max = Math.floor(max / 2)) {
    const message = messageWith(cardOf(notice, link, max))
    if (max < 100 || Buffer.byteLength(JSON.stringify(message)) <= maxBytes) return message
  }
}

function messageWith(content: Card): TeamsMessage {
  const contentType = 'application/vnd.microsoft.card.adaptive'
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content }] }
}

function cardOf(notice: Notice, link: string | undefined, diffRoom: number): Card {
  const { diff, body } = notice
  const title = within(oneLine(notice.title) || 'A notice without a title', maxTitle)
  const about = within(aboutLine(notice), maxTitle * 2)
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    fallbackText: title,
    msteams: { width: 'Full' },
    body: [
      {
        type: 'Container',
        id: messageId(notice),
        items: [line({ text: title, size: 'Large', weight: 'Bolder' }), line({ text: about, isSubtle: true })],
      },
      { type: 'Container', id: 'body', items: linesOf(body, maxBody) },
      ...(diff === undefined ? [] : [diffContainer(diff, diffRoom)]),
    ],
    ...(link !== undefined && { actions: [{ type: 'Action.OpenUrl', title: 'Open in Mendkit', url: link }] }),
  }
}

function diffContainer(diff: string, room: number): Container {
  return { type: 'Container', id: 'diff', separator: true, items: linesOf(diff, room, { fontType: 'Monospace' }) }
}

/** A line of its own for each line: a line break within a run is not shown everywhere. */
function linesOf(text: string, max: number, style: Omit<Run, 'type' | 'text'> = {}): readonly Line[] {
  const lines = within(text, max).split('\n')
  const cut = lines.length - maxLines
  const kept = cut > 0 ? [...lines.slice(0, maxLines), `[cut here: ${cut} more lines]`] : lines
  return kept.map((one) => ({ ...line({ text: one === '' ? ' ' : one, ...style }), spacing: 'None' }))
}

function line(run: Omit<Run, 'type'>): Line {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', ...run }] }
}
