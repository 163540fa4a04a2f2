/** What one adapter may touch, and where its files differ from the others' with the reason. */
export interface Adapter {
  /** The modules through which it reaches its vendor or server. Only `client.ts` may import them. */
  readonly client: readonly string[]
  /** Vendor modules that any of its files may import. */
  readonly vendor?: readonly string[]
  readonly without?: Partial<Record<'index' | 'client' | 'parse' | 'contract' | 'readme', string>>
}

/** Every adapter of this repository. A new one starts with a line here. */
export const adapters: Readonly<Record<string, Adapter>> = {
  sql: {
    client: ['node:sqlite', 'pg', 'mysql2'],
    // Kysely's expressions are the language that queries are written in; the drivers under it are the vendors' clients.
    vendor: ['kysely'],
  },
  prometheus: { client: ['prometheus-query'] },
  kubernetes: { client: ['@kubernetes/client-node'] },
  s3: { client: ['@aws-sdk/client-s3'] },
  openai: { client: ['openai'] },
  anthropic: { client: ['@anthropic-ai/sdk'] },
  'ai-sdk': { client: ['@ai-sdk/provider'] },
  mcp: { client: ['@modelcontextprotocol/client'] },
  notify: { client: ['node:http', 'node:https', 'node:dns', 'node:dns/promises', 'nodemailer'] },
}

/** Packages in `packages/` that are no adapters. */
export const notAdapters: ReadonlySet<string> = new Set(['core', 'testkit', 'eval', 'cli', 'testbed', 'bench'])
