import { type Notifier, readOptions } from '@mendkit/core'
import { z } from 'zod'
import { type ConnectionOptions, clientOf, connectionShape, parseSecretUrl } from './connection.ts'
import { idSchema } from './identity.ts'
import { linkOf, linkSchema, type NoticeLink } from './link.ts'
import { post } from './post.ts'
import { teamsMessage } from './teams-card.ts'

/** Options of `teamsNotifier`. */
export interface TeamsNotifierOptions extends ConnectionOptions {
  /** The address that the workflow gave, signature included. Its path and query are secret and appear in no error. */
  readonly url: string
  /** Unique among the notifiers of a host: name each when there are two. @default 'teams' */
  readonly id?: string
  /** Where people can look at an incident or an approval. @default no link */
  readonly link?: NoticeLink
}

const shape = z.strictObject(
  {
    url: z.string({ error: 'must be the https address of a workflow' }),
    id: idSchema,
    link: linkSchema,
    ...connectionShape,
  },
  { error: 'must be an object with `url`' },
)

/**
 * Posts every notice as an Adaptive Card to a workflow of Microsoft Teams ("When a Teams webhook request is received").
 *
 * `send` throws `unavailable` when a later attempt may succeed (no answer, 408, 425, 429, 5xx) and `rejected` when not. A
 * workflow answers before it posts: what fails inside it is seen in its run history only. Throws `config` at once for wrong
 * options.
 */
export function teamsNotifier(options: TeamsNotifierOptions): Notifier {
  readOptions('teamsNotifier', shape, options)
  const { id = 'teams', link, timeoutMs = 10_000 } = options
  const url = parseSecretUrl('teamsNotifier', options.url, options)
  const who = `the Teams workflow at ${url.host}`
  const receiver = { who, url, client: clientOf(options), timeoutMs, check: '`url`' }
  const headers = new Headers({ 'content-type': 'application/json', 'user-agent': 'mendkit' })
  return {
    spec: 1,
    id,
    reachesPeople: true,
    send: async (notice, ctx) => {
      const body = JSON.stringify(teamsMessage(notice, linkOf(link, notice, ctx)))
      await post(receiver, { headers, body }, ctx)
    },
  }
}
