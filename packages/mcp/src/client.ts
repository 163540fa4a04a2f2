import { MendkitError } from '@mendkit/core'
import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { boundedFetch } from './bounded-fetch.ts'
import type { McpCommand, McpUrl } from './server.ts'

/** A connected client of `@modelcontextprotocol/client` that the host made. */
export type HostMcpClient = Client
/** A transport of `@modelcontextprotocol/client` that the host made. */
export type HostMcpTransport = Transport

/**
 * Where the server is: a program to start, an address, a function that makes a new transport of the official SDK for every
 * connection, or a client of the host's own that is connected. A host's client is neither connected nor closed here, and what
 * it declares to the server is the host's business; the length of what it or a host's transport receives is bounded only after it
 * was parsed.
 */
export type McpServer =
  | McpCommand
  | McpUrl
  | {
      /** Called once for every connection. */
      readonly transport: () => HostMcpTransport
    }
  | {
      /** Connected already. */
      readonly client: HostMcpClient
    }

/** The few calls that evidence needs. They reject with whatever the vendor's client throws, and answer what nobody has checked. */
export interface McpClient {
  /** Every page of the list, never from a cache. */
  listTools(signal: AbortSignal): Promise<readonly unknown[]>
  callTool(name: string, input: Record<string, unknown>, signal: AbortSignal): Promise<unknown>
  isOpen(): boolean
  /** Ends what was opened here; a host's own client is left as it is. */
  close(): Promise<void>
}

/** How a client is opened. */
export interface Opening {
  readonly server: McpServer
  readonly timeoutMs: number
  readonly maxBytes: number
  /** Called when the server says that its list of tools changed. */
  readonly onListChanged: () => void
}

/** Pages of one list; a server whose list has no end must not keep anybody reading. */
const maxPages = 20

/** Opens a client that declares no capability: the server can ask for no sampling, no roots and no input of people. */
export async function openClient(opening: Opening, signal: AbortSignal): Promise<McpClient> {
  const { server, timeoutMs, onListChanged } = opening
  if ('client' in server) {
    if (server.client.transport === undefined)
      throw new MendkitError('unavailable', "the host's client is not connected: connect it again")
    return faceOf(server.client, timeoutMs, async () => undefined)
  }
  const client = new Client(
    { name: 'mendkit', version: '1' },
    {
      capabilities: {},
      enforceStrictCapabilities: true,
      versionNegotiation: { mode: 'auto' },
      inputRequired: { autoFulfill: false },
      listMaxPages: maxPages,
      listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: onListChanged } },
      // A schema of the server may hold a pattern that takes for ever on its own output; nothing here relies on its word.
      jsonSchemaValidator: {
        getValidator<T>() {
          return (input: unknown) => ({ valid: true as const, data: input as T & {}, errorMessage: undefined })
        },
      },
    },
  )
  const close = () => client.close()
  try {
    await client.connect(transportTo(opening), { timeout: timeoutMs, maxTotalTimeout: timeoutMs, signal })
  } catch (error) {
    await close()
    throw error
  }
  return faceOf(client, timeoutMs, close)
}

function faceOf(client: Client, timeout: number, close: () => Promise<void>): McpClient {
  const within = { timeout, maxTotalTimeout: timeout }
  return {
    async listTools(signal) {
      const { tools } = await client.listTools(undefined, { ...within, signal, cacheMode: 'refresh' })
      return tools
    },
    callTool: (name, input, signal) => client.callTool({ name, arguments: input }, { ...within, signal }),
    isOpen: () => client.transport !== undefined,
    close,
  }
}

function transportTo({ server, maxBytes }: Opening): Transport {
  if ('transport' in server) return server.transport()
  if ('url' in server) {
    const { url, headers = {}, fetch = globalThis.fetch } = server
    return new StreamableHTTPClientTransport(new URL(url), {
      requestInit: { headers: { ...headers } },
      fetch: boundedFetch(fetch, maxBytes),
    })
  }
  if (!('command' in server)) throw new TypeError('a client of the host has no transport of ours')
  const { command, args = [], env, cwd } = server
  return new StdioClientTransport({
    command,
    args: [...args],
    ...(env && { env: { ...env } }),
    ...(cwd !== undefined && { cwd }),
    // What a stranger's program prints has no place in the host's own output.
    stderr: 'ignore',
    maxBufferSize: maxBytes,
  })
}
