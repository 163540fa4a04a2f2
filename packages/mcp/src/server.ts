/** A server that is started as a child process and spoken to over its standard input and output. */
export interface McpCommand {
  /** The program. To learn which revision of the protocol it speaks it is started twice for every connection. */
  readonly command: string
  /** @default none */
  readonly args?: readonly string[]
  /**
   * Added to the few variables that a program needs to start, such as `PATH` and `HOME`. Nothing else of the host's environment
   * reaches it.
   * @default nothing
   */
  readonly env?: Readonly<Record<string, string>>
  /** @default the host's own working directory */
  readonly cwd?: string
}

/** A server that is reached over Streamable HTTP. */
export interface McpUrl {
  /** Its endpoint, such as `https://mcp.example.com/mcp`. Must not hold credentials. */
  readonly url: string
  /** Sent with every request; the place for credentials, such as `{ authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Makes the requests; give your own for client certificates or a proxy. @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch
}
