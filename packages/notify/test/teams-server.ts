import { z } from 'zod'
import { receiver } from './receiver.ts'

/** Of the texts that a card can hold, the only one without Markdown. */
const richText = z.strictObject({
  type: z.literal('RichTextBlock'),
  spacing: z.enum(['None', 'Small', 'Default']).optional(),
  inlines: z
    .array(
      z.strictObject({
        type: z.literal('TextRun'),
        text: z.string().min(1),
        size: z.enum(['Small', 'Default', 'Medium', 'Large', 'ExtraLarge']).optional(),
        weight: z.enum(['Lighter', 'Default', 'Bolder']).optional(),
        fontType: z.enum(['Default', 'Monospace']).optional(),
        isSubtle: z.boolean().optional(),
      }),
    )
    .min(1),
})

const card = z.strictObject({
  $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
  type: z.literal('AdaptiveCard'),
  version: z.enum(['1.2', '1.3', '1.4', '1.5']),
  fallbackText: z.string().optional(),
  msteams: z.strictObject({ width: z.literal('Full') }).optional(),
  body: z.array(
    z.strictObject({
      type: z.literal('Container'),
      id: z.string().optional(),
      separator: z.boolean().optional(),
      items: z.array(richText).min(1),
    }),
  ),
  actions: z.array(z.strictObject({ type: z.literal('Action.OpenUrl'), title: z.string(), url: z.url() })).optional(),
})

/** A message as Teams' reference of the Workflows webhook allows it. */
const message = z.strictObject({
  type: z.literal('message'),
  attachments: z
    .array(
      z.strictObject({
        contentType: z.literal('application/vnd.microsoft.card.adaptive'),
        contentUrl: z.null(),
        content: card,
      }),
    )
    .min(1),
})

/** The card of one message. */
export type TeamsCard = z.infer<typeof card>

/** A workflow on this machine: 202 for what it takes, 413 beyond 28 KB. */
export async function teamsServer() {
  const cards: TeamsCard[] = []
  const { url } = await receiver((response, { headers, body }) => {
    if (Buffer.byteLength(body) > 28_000) return response.writeHead(413).end()
    const parsed = message.safeParse(JSON.parse(body))
    const isTaken = parsed.success && headers.get('content-type') === 'application/json'
    if (!isTaken) return response.writeHead(400).end(body)
    cards.push(...parsed.data.attachments.map(({ content }) => content))
    return response.writeHead(202).end()
  })
  return { url: `${url}?sig=s1gnature-of-the-workflow`, cards }
}

/** The texts of a card's container, a line each. */
export function linesOf(one: TeamsCard | undefined, index: number): readonly string[] {
  return one?.body[index]?.items.map(({ inlines }) => inlines.map(({ text }) => text).join('')) ?? []
}
