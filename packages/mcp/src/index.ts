export type { HostMcpClient, HostMcpTransport } from './client.ts'
export { mcp } from './integration.ts'
export type { McpCommand, McpGatherRequest, McpOptions, McpServer, McpTool, McpUrl } from './options.ts'
