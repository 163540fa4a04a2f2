import { MendkitError, type ModelCapabilities, readOptions } from '@mendkit/core'
import { z } from 'zod'
import type { HostOpenaiClient } from './client.ts'

/** Options of `openaiModel`. Which model, and how it is reached: by a `client` of yours, or by address and key. */
export interface OpenaiModelOptions {
  /** As the provider names it; with Azure OpenAI the name of your deployment. */
  readonly model: string
  /** Which interface: OpenAI's own, or the older one, which most compatible servers speak. @default 'responses' */
  readonly api?: 'responses' | 'chat'
  /** Your own client: `OpenAI`, `AzureOpenAI`. Its retries are turned off for these calls; its timeout counts. */
  readonly client?: HostOpenaiClient
  /** A key, or what fetches one for each call. Needed unless `client` or `baseURL` is given. @default no key is sent */
  readonly apiKey?: string | (() => Promise<string>)
  /** Where a compatible server is, with its path, such as `http://127.0.0.1:11434/v1`. @default 'https://api.openai.com/v1' */
  readonly baseURL?: string
  /** Whom OpenAI bills. @default what the key belongs to */
  readonly organization?: string
  /** Which project of the organization OpenAI counts for. @default what the key belongs to */
  readonly project?: string
  /** Sent with every request, such as those of a gateway. @default none */
  readonly headers?: Readonly<Record<string, string>>
  /** Makes the requests; give your own for a proxy or client certificates. @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch
  /** Whose interface this is, in ids, in prices and for what is given back between turns. @default 'openai' */
  readonly provider?: string
  /** What the model and its server can do. Say what is missing, and wrap the model. @default both */
  readonly capabilities?: Partial<ModelCapabilities>
  /** How long it thinks. @default what the provider sets */
  readonly reasoningEffort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max'
  /** Whether it tells what it thinks, for live views. Responses API only. @default it does not */
  readonly reasoningSummary?: 'auto' | 'concise' | 'detailed'
  /**
   * Whether its thinking is given back to it between turns. Responses API: encrypted by the provider; say false for a model that
   * does not reason, which refuses the request otherwise. Chat: as `reasoning_content`, which some compatible servers need
   * between tool calls. @default true for `responses`, false for `chat`
   */
  readonly keepReasoning?: boolean
  /** @default what the provider sets */
  readonly temperature?: number
  /** How much it writes. @default what the provider sets */
  readonly verbosity?: 'low' | 'medium' | 'high'
  /** How soon, and for which price. @default what the provider sets */
  readonly serviceTier?: 'auto' | 'default' | 'flex' | 'scale' | 'priority' | 'fast'
  /** Whether one reply may call several tools. @default what the provider sets */
  readonly parallelToolCalls?: boolean
  /** Joins calls with the same beginning in the provider's prompt cache. @default none */
  readonly promptCacheKey?: string
  /** What the token limit is called in chat completions: older servers know `max_tokens` only. @default 'max_completion_tokens' */
  readonly maxTokensField?: 'max_completion_tokens' | 'max_tokens'
  /** Whether a chat completion is asked to count its tokens; false for servers that refuse `stream_options`. @default true */
  readonly streamUsage?: boolean
}

const text = z.string({ error: 'must be a text' }).min(1, 'must not be empty')
const flag = z.boolean({ error: 'must be true or false' }).optional()
/** An HTTP header of another name or with a line break would be one of somebody else's. */
const headers = z.record(
  z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be the name of a header'),
  z.string().regex(/^[^\r\n\0]*$/, 'must be one line'),
)

const shape = z.strictObject(
  {
    model: text,
    api: z.enum(['responses', 'chat']).optional(),
    client: z
      .custom(
        (value) => typeof value === 'object' && value !== null && 'responses' in value && 'chat' in value,
        'must be a client of the `openai` package',
      )
      .optional(),
    apiKey: z
      .union([text, z.custom((value) => typeof value === 'function')], {
        error: 'must be a key, or a function that resolves to one',
      })
      .optional(),
    baseURL: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .refine((url) => !/^https?:\/\/[^/?#]*@/i.test(url), 'must hold no user or password')
      .optional(),
    organization: text.optional(),
    project: text.optional(),
    headers: headers.optional(),
    fetch: z.custom((value) => typeof value === 'function', 'must be a function like globalThis.fetch').optional(),
    provider: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'must be letters, digits, dots and hyphens in lower case')
      .optional(),
    capabilities: z.strictObject({ tools: flag, structuredOutput: flag }).optional(),
    reasoningEffort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).optional(),
    reasoningSummary: z.enum(['auto', 'concise', 'detailed']).optional(),
    keepReasoning: flag,
    temperature: z.number().min(0).max(2).optional(),
    verbosity: z.enum(['low', 'medium', 'high']).optional(),
    serviceTier: z.enum(['auto', 'default', 'flex', 'scale', 'priority', 'fast']).optional(),
    parallelToolCalls: flag,
    promptCacheKey: text.optional(),
    maxTokensField: z.enum(['max_completion_tokens', 'max_tokens']).optional(),
    streamUsage: flag,
  },
  { error: 'must be an object with `model`' },
)

const connection = ['apiKey', 'baseURL', 'organization', 'project', 'headers', 'fetch'] as const

/** Throws `config` for options that are wrong by themselves or together. */
export function checkOptions(options: OpenaiModelOptions): void {
  readOptions('openaiModel', shape, options)
  const wrong = (path: keyof OpenaiModelOptions, because: string) =>
    new MendkitError('config', `openaiModel: ${path}: ${because}`, { path })
  if (options.client === undefined) {
    if (options.apiKey === undefined && options.baseURL === undefined)
      throw wrong('apiKey', 'is needed, unless `client`, or the `baseURL` of a server without keys, is given')
  } else {
    for (const path of connection) {
      if (options[path] !== undefined) throw wrong(path, 'belongs into the `client` that is given')
    }
  }
  const other = options.api === 'chat' ? (['reasoningSummary'] as const) : (['maxTokensField', 'streamUsage'] as const)
  for (const path of other) {
    if (options[path] !== undefined) throw wrong(path, `is not of the interface '${options.api ?? 'responses'}'`)
  }
}
