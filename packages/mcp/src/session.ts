import { isDeepStrictEqual } from 'node:util'
import { type CallContext, MendkitError, redact } from '@mendkit/core'
import { type McpClient, type McpServer, openClient } from './client.ts'
import { explainFailure } from './explain-failure.ts'
import { hideSecrets } from './hide-secrets.ts'
import type { McpTool } from './options.ts'
import { parseAnswer } from './parse-answer.ts'
import { findListed, parseTool, type ToolState } from './parse-tool.ts'
import { unlessAborted } from './unless-aborted.ts'

/** What a session is opened with. */
export interface SessionOptions {
  /** Names the server in messages. */
  readonly who: string
  readonly server: McpServer
  readonly allowed: readonly McpTool[]
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly nonce: () => string
}

/** One server over all its connections. Nothing happens between two calls: whoever needs it connects. */
export interface Session {
  /** Connects where it is not, and reads the list of tools; always when `again`. */
  prepare(ctx: CallContext, options?: { readonly again: boolean }): Promise<void>
  /** What came of a tool at the last listing. */
  stateOf(name: string): ToolState
  /** Whether the connection stands and the list is the newest. */
  isReady(): boolean
  /** Calls one tool; `as` names it in messages and facts. */
  call(name: string, as: string, input: Record<string, unknown>, ctx: CallContext): ReturnType<typeof answerOf>
  close(): Promise<void>
}

/** A session that has made no connection yet. */
export function createSession(options: SessionOptions): Session {
  const { who, server, allowed, nonce } = options
  const hide = hideSecrets(server)
  const life = new AbortController()
  /** What was said of a tool when it was first listed; a later listing must say the same. */
  const firstListed = new Map<string, unknown>()
  let states: ReadonlyMap<string, ToolState> = new Map()
  let client: McpClient | undefined
  let isStale = true
  let preparing: Promise<void> | undefined

  function isReady(): boolean {
    return !life.signal.aborted && client?.isOpen() === true && !isStale
  }

  async function connect(): Promise<McpClient> {
    if (client?.isOpen() === true) return client
    const onListChanged = () => {
      isStale = true
    }
    client = await openClient({ ...options, onListChanged }, life.signal)
    return client
  }

  async function listAgain(log: CallContext['log']): Promise<void> {
    try {
      const open = await connect()
      // Before the request: a change while it is on its way makes the list old again.
      isStale = false
      const list = await open.listTools(life.signal)
      const before = states
      states = new Map(allowed.map((tool) => [tool.name, stateFrom(tool, findListed(list, tool.name))]))
      for (const [name, state] of states) {
        const text = problemOf(name, state)
        if (text !== undefined && text !== problemOf(name, before.get(name))) log.warn(redact(`${who}: ${text}`))
      }
    } catch (error) {
      isStale = true
      throw explainFailure(who, error, hide)
    }
  }

  function stateFrom(tool: McpTool, listed: unknown): ToolState {
    const state = parseTool(tool, listed, nonce())
    if (state.kind !== 'offered') return state
    if (!firstListed.has(tool.name)) firstListed.set(tool.name, state.listed)
    if (isDeepStrictEqual(firstListed.get(tool.name), state.listed)) return state
    const because =
      'has another definition than at first, and is refused while it has: look at what changed, and start anew to accept it'
    return { kind: 'refused', why: 'unusable', because }
  }

  async function prepare(ctx: CallContext, { again } = { again: false }): Promise<void> {
    if (life.signal.aborted) throw new MendkitError('unavailable', `${who} was closed with the engine`)
    if (!again && isReady()) return ctx.signal.throwIfAborted()
    preparing ??= listAgain(ctx.log).finally(() => {
      preparing = undefined
    })
    await unlessAborted(preparing, ctx.signal)
  }

  return {
    prepare,
    isReady,
    stateOf: (name) => states.get(name) ?? { kind: 'missing' },
    async call(name, as, input, ctx) {
      if (client === undefined) throw new MendkitError('unavailable', `${who} is not connected`)
      const what = `${as} of ${who}`
      const signal = AbortSignal.any([ctx.signal, life.signal])
      const answered = answerOf(client, { name, input, as, what, hide }, signal)
      return unlessAborted(answered, ctx.signal)
    },
    async close() {
      life.abort(new MendkitError('unavailable', `${who} was closed with the engine`))
      await client?.close()
    },
  }
}

async function answerOf(
  client: McpClient,
  call: {
    readonly name: string
    readonly input: Record<string, unknown>
    readonly as: string
    readonly what: string
    readonly hide: (text: string) => string
  },
  signal: AbortSignal,
) {
  const { name, input, as, what, hide } = call
  let answer: unknown
  try {
    answer = await client.callTool(name, input, signal)
  } catch (error) {
    throw explainFailure(what, error, hide)
  }
  return parseAnswer(as, answer, hide)
}

/** Why a tool that the host allows is not offered; undefined when it is. */
export function problemOf(name: string, state: ToolState | undefined): string | undefined {
  if (state?.kind === 'refused') return `tool ${name} ${state.because}`
  if (state?.kind === 'missing') return `there is no tool ${name}, and none is offered`
  return undefined
}
