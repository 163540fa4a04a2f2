import { randomUUID } from 'node:crypto'
import {
  type CallContext,
  type EvidenceSource,
  type Integration,
  MendkitError,
  type Permission,
  readOptions,
} from '@mendkit/core'
import type { McpServer } from './client.ts'
import { type McpOptions, type McpTool, optionsSchema } from './options.ts'
import { kebab } from './parse-answer.ts'
import { createSession, problemOf, type Session } from './session.ts'
import { mcpTool } from './tool.ts'

/**
 * The allowed, read-only tools of an MCP server as evidence, under the names `<id>.<tool>`. Reads only, and makes no connection
 * before the engine runs. A tool that says that it changes something stops the start; one that is missing, or that cannot be
 * used, is named in the log and not offered. Throws `config` at once for wrong options.
 */
export function mcp(options: McpOptions): Integration {
  readOptions('mcp', optionsSchema, options)
  const { id = 'mcp', server, gather, timeoutMs = 10_000, maxBytes = 1_048_576 } = options
  const allowed = options.tools.map((tool): McpTool => (typeof tool === 'string' ? { name: tool } : tool))
  const names = toolNames(id, allowed)
  const who = `MCP server ${id}${placeOf(server)}`
  const session = createSession({ who, server, allowed, timeoutMs, maxBytes, nonce: randomUUID })
  const source: EvidenceSource = {
    spec: 1,
    id,
    tools: [...names].map(([name, as]) => mcpTool(session, name, as)),
    async gather(incident, symptoms, ctx) {
      await session.prepare(ctx, { again: true })
      const requests = gather?.(incident, symptoms) ?? []
      return requests.map(({ tool, input }) => ({ tool: names.get(tool) ?? unknownTool(tool), input: { ...input } }))
    },
  }
  return { evidence: [source], canRead: (ctx) => mayRead(session, allowed, ctx), close: () => session.close() }
}

async function mayRead(session: Session, allowed: readonly McpTool[], ctx: CallContext): Promise<Permission> {
  await session.prepare(ctx, { again: true })
  for (const { name } of allowed) {
    const state = session.stateOf(name)
    if (state.kind === 'refused' && state.why === 'forbidden')
      return { permitted: false, because: `${problemOf(name, state)}; take it out of \`tools\`` }
  }
  return { permitted: true, because: 'the server answered, and no allowed tool says that it changes anything' }
}

function toolNames(id: string, allowed: readonly McpTool[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const [index, { name }] of allowed.entries()) {
    const path = `tools.${index}`
    const last = kebab(name)
    if (last === '') throw new MendkitError('config', `mcp: ${path}: has no letter or digit`, { path })
    const as = `${id}.${last}`
    if ([...names.values()].includes(as))
      throw new MendkitError('config', `mcp: ${path}: another tool is called ${as} already`, { path })
    names.set(name, as)
  }
  return names
}

function unknownTool(name: string): never {
  const text = `gather asked for the tool ${name}, which is not in \`tools\``
  throw new MendkitError('config', text, { path: 'gather' })
}

function placeOf(server: McpServer): string {
  return 'url' in server ? ` at ${new URL(server.url).host}` : ''
}
