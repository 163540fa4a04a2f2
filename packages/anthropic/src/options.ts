import { MendkitError, readOptions } from '@mendkit/core'
import { z } from 'zod'
import type { HostAnthropicClient } from './client.ts'

/** Whether and how a model thinks before it answers; which of these a model knows depends on the model. */
export type AnthropicThinking =
  /** It decides by itself how much. `omitted` leaves the words of its thinking out of the reply. */
  | { readonly type: 'adaptive'; readonly display?: 'summarized' | 'omitted' }
  /** Up to `budgetTokens`, from 1_024: less when the request's `maxOutputTokens` leaves no room beside 1_024 for the answer. */
  | { readonly type: 'enabled'; readonly budgetTokens: number; readonly display?: 'summarized' | 'omitted' }
  | { readonly type: 'disabled' }

/** Options of `anthropicModel`. Give `apiKey` or `client`. */
export interface AnthropicModelOptions {
  /** As Anthropic names it. There is no default: models come and go. */
  readonly model: string
  readonly apiKey?: string
  /** Your own client, with your credentials, proxy and timeouts. It is told to retry nothing. */
  readonly client?: HostAnthropicClient
  /** The address of a gateway. @default that of Anthropic */
  readonly baseURL?: string
  /** Sent with every request, such as a gateway's token or `anthropic-beta`. */
  readonly headers?: Readonly<Record<string, string>>
  /** @default what the model does when nothing is said */
  readonly thinking?: AnthropicThinking
  /** How much work it puts into an answer. @default what the model does when nothing is said */
  readonly effort?: 'low' | 'medium' | 'high' | 'xhigh' | 'max'
  /** How long instructions and tools stay in the prompt cache; writing to it costs more than not caching. @default '5m' */
  readonly cache?: '5m' | '1h' | 'off'
  /**
   * How a reply is held to a schema: `schema` by Anthropic's structured outputs, which older models lack; `tool` by a tool that
   * it must call. A schema that structured outputs cannot say, such as one with objects of any field, goes by `tool`, with a warning.
   *
   * @default 'schema'
   */
  readonly output?: 'schema' | 'tool'
  /** @default `anthropic/` with the model */
  readonly id?: string
}

const display = z.enum(['summarized', 'omitted']).optional()
const thinking = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('adaptive'), display }),
  z.strictObject({
    type: z.literal('enabled'),
    budgetTokens: z.int().min(1_024, 'must be a whole number from 1_024'),
    display,
  }),
  z.strictObject({ type: z.literal('disabled') }),
])

const client = z.custom(
  (value) => typeof value === 'object' && value !== null && 'messages' in value,
  'must be a client of @anthropic-ai/sdk',
)

const shape = z.strictObject(
  {
    model: z.string({ error: 'must be the name of a model' }).min(1, 'must be the name of a model'),
    apiKey: z.string().min(1, 'must not be empty').optional(),
    client: client.optional(),
    baseURL: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    thinking: thinking.optional(),
    effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).optional(),
    cache: z.enum(['5m', '1h', 'off']).optional(),
    output: z.enum(['schema', 'tool']).optional(),
    id: z.string().min(1).optional(),
  },
  { error: 'must be an object with `model` and `apiKey` or `client`' },
)

/** Refuses wrong options with `config` and the option's path. */
export function checkOptions(options: AnthropicModelOptions): void {
  readOptions('anthropicModel', shape, options)
  const { apiKey, client: given, baseURL } = options
  if (given === undefined && apiKey === undefined) refuse('apiKey', 'give it, or a `client` of your own')
  if (given !== undefined) {
    const [path] = (['apiKey', 'baseURL', 'headers'] as const).filter((name) => options[name] !== undefined)
    if (path !== undefined) refuse(path, 'belongs to your `client`: give one of the two')
  }
  const { username, password } = new URL(baseURL ?? 'https://none.invalid')
  if (username || password) refuse('baseURL', 'must hold no credentials: addresses end up in logs')
}

function refuse(path: string, says: string): never {
  throw new MendkitError('config', `anthropicModel: ${path}: ${says}`, { path })
}
