import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import { receiver } from './receiver.ts'

const marked = z.strictObject({
  type: z.literal('mrkdwn'),
  text: z.string().min(1).max(3_000),
  verbatim: z.boolean().optional(),
})
const plain = z.strictObject({
  type: z.literal('plain_text'),
  text: z.string().min(1).max(3_000),
  emoji: z.boolean().optional(),
})

/** A message as Slack's reference of `chat.postMessage` and of Block Kit allows it. */
const message = z.strictObject({
  channel: z.string().min(1),
  text: z.string().min(1).max(40_000),
  blocks: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('header'), text: plain.extend({ text: z.string().min(1).max(150) }) }),
        z.strictObject({ type: z.literal('section'), text: z.union([marked, plain]) }),
        z.strictObject({
          type: z.literal('context'),
          elements: z
            .array(z.union([marked, plain]))
            .min(1)
            .max(10),
        }),
      ]),
    )
    .min(1)
    .max(50),
  metadata: z.strictObject({ event_type: z.string().min(1), event_payload: z.record(z.string(), z.string()) }),
  unfurl_links: z.boolean(),
  unfurl_media: z.boolean(),
  thread_ts: z
    .string()
    .regex(/^\d+\.\d+$/)
    .optional(),
  reply_broadcast: z.boolean().optional(),
})

/** A message that the simulated Slack took or was asked to take. */
export type SlackMessage = z.infer<typeof message>

/** Says `ok: false`, as Slack does with HTTP status 200. */
export function slackRefuses(error: string, headers: Record<string, string> = {}) {
  return (response: ServerResponse) =>
    response
      .writeHead(200, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ ok: false, error }))
}

/** A Slack on this machine. It takes what `refuse` does not answer, and gives every message a timestamp of its own. */
export async function slackServer(
  token: string,
  refuse: (message: SlackMessage) => ReturnType<typeof slackRefuses> | undefined = () => undefined,
) {
  const messages: SlackMessage[] = []
  const { url } = await receiver((response, { headers, body }) => {
    if (headers.get('authorization') !== `Bearer ${token}`) return slackRefuses('invalid_auth')(response)
    if (headers.get('content-type') !== 'application/json; charset=utf-8')
      return slackRefuses('invalid_post_type')(response)
    const parsed = message.safeParse(JSON.parse(body))
    if (!parsed.success) return slackRefuses('invalid_blocks')(response)
    messages.push(parsed.data)
    const refusal = refuse(parsed.data)
    if (refusal !== undefined) return refusal(response)
    const answer = {
      ok: true,
      channel: parsed.data.channel,
      ts: `1767225600.00000${messages.length}`,
      message: parsed.data,
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  return { url, messages }
}

/** All text of a message that people read. */
export function shownBy({ blocks, text }: SlackMessage): string {
  const texts = blocks.flatMap((block) => (block.type === 'context' ? block.elements : [block.text]))
  return [text, ...texts.map((one) => one.text)].join('\n')
}
