export type { HostMcpClient, HostMcpTransport, McpServer } from './client.ts'
export { mcp } from './integration.ts'
export type { McpGatherRequest, McpOptions, McpTool } from './options.ts'
export type { McpCommand, McpUrl } from './server.ts'
