import type { IncidentView, Symptom } from '@mendkit/core'
import { z } from 'zod'
import type { McpServer } from './client.ts'

/** A tool that may be called, when its exact name is not all there is to say. */
export interface McpTool {
  /** Exactly as the server names it. */
  readonly name: string
  /** Told to models instead of what the server says of it. @default the server's description, fenced as untrusted text */
  readonly description?: string
  /**
   * True: the host knows that the tool only reads, although the server does not say so. It counts for nothing when the server
   * says otherwise. @default false
   */
  readonly readsOnly?: boolean
}

/** What is to be read up front for an incident. */
export interface McpGatherRequest {
  /** Exactly as the server names it; one of `tools`. */
  readonly tool: string
  readonly input: { readonly [field: string]: string | number | boolean }
}

/** Options of `mcp`. */
export interface McpOptions {
  /** First part of the tools' names; one per server. @default 'mcp' */
  readonly id?: string
  readonly server: McpServer
  /** The tools that may be called, by their exact names. Everything else that the server offers does not exist. */
  readonly tools: readonly (string | McpTool)[]
  /**
   * What to read for an incident before it is diagnosed. The only way to a tool that takes free text, because a model may write
   * none. @default nothing
   */
  readonly gather?: (incident: IncidentView, symptoms: readonly Symptom[]) => readonly McpGatherRequest[]
  /** Milliseconds for one call, and for one connection. @default 10_000 */
  readonly timeoutMs?: number
  /** Longest message of the server in bytes; a longer one ends the connection before it is parsed. @default 1_048_576 (1 MiB) */
  readonly maxBytes?: number
}

const longestMs = 2_147_483_647
const text = (what: string) => z.string({ error: `must be a text: ${what}` }).min(1, `must not be empty: ${what}`)
const isFunction = (value: unknown) => typeof value === 'function'
const texts = z.record(z.string(), z.string({ error: 'must be a text' }), { error: 'must be an object of texts' })
const toolName = text('the name of a tool as its server says it')

const url = z.string({ error: 'must be an address such as https://host/mcp' }).superRefine((address, ctx) => {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    ctx.addIssue({ code: 'custom', message: 'must be an address that begins with http:// or https://' })
  else if (new URL(address).username !== '' || new URL(address).password !== '')
    // Addresses end up in logs and in errors, so they may never carry a secret.
    ctx.addIssue({ code: 'custom', message: 'must hold no user and no password: put credentials in `headers`' })
})

const serverSchema = z
  .strictObject({
    command: text('the program to start').optional(),
    args: z.array(z.string()).optional(),
    env: texts.optional(),
    cwd: text('a folder').optional(),
    url: url.optional(),
    headers: texts.optional(),
    fetch: z.custom(isFunction, 'must be a function like globalThis.fetch').optional(),
    transport: z.custom(isFunction, 'must be a function that makes a transport').optional(),
    client: z.custom((value) => typeof value === 'object' && value !== null, 'must be a client').optional(),
  })
  .superRefine((server, ctx) => {
    const { command, url: address, transport, client, args, env, cwd, headers, fetch } = server
    const given = [command, address, transport, client].filter((each) => each !== undefined).length
    if (given !== 1)
      ctx.addIssue({ code: 'custom', message: 'must have exactly one of command, url, transport and client' })
    if (command === undefined && (args ?? env ?? cwd) !== undefined)
      ctx.addIssue({ code: 'custom', message: 'args, env and cwd go with command only' })
    if (address === undefined && (headers ?? fetch) !== undefined)
      ctx.addIssue({ code: 'custom', message: 'headers and fetch go with url only' })
  })

/** What `McpOptions` must be. */
export const optionsSchema = z.strictObject(
  {
    id: z
      .string()
      .regex(/^[a-z0-9-]{1,63}$/, 'must be 1 to 63 lower-case letters, digits and dashes')
      .optional(),
    server: serverSchema,
    tools: z
      .array(
        z.union(
          [
            toolName,
            z.strictObject({
              name: toolName,
              description: text('what models are told of the tool').optional(),
              readsOnly: z.boolean().optional(),
            }),
          ],
          { error: 'must be the name of a tool, or { name, description, readsOnly }' },
        ),
      )
      .min(1, 'name at least one tool: none is offered that is not named'),
    gather: z.custom(isFunction, 'must be a function').optional(),
    timeoutMs: z.number().min(1).max(longestMs).optional(),
    maxBytes: z.number().min(1_024, 'must be at least 1_024').optional(),
  },
  { error: 'must be an object of options' },
)
