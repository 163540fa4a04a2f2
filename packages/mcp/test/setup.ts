import { fileURLToPath } from 'node:url'
import type { EvidenceSource, IncidentView, Integration, JsonObject, Logger } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { onTestFinished } from 'vitest'
import { type McpOptions, mcp } from '../src/index.ts'
import type { DeploysOptions } from './deploys-server.ts'

/** An incident about a Deployment. */
export const incident: IncidentView = {
  tenant: 'default',
  id: 'inc_1',
  cluster: 'test',
  phase: 'diagnosing',
  title: 'Down',
  resource: { cluster: 'test', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'checkout' },
  openedAt: 1_767_225_600_000,
  relapses: 0,
}

/** The deploys in a child process. */
export function stdioServer(options: DeploysOptions = {}): McpOptions['server'] {
  const script = fileURLToPath(new URL('stdio-server.ts', import.meta.url))
  return { command: process.execPath, args: [script, JSON.stringify(options)] }
}

/** An integration, closed with the test. */
export function opened(options: McpOptions): { readonly integration: Integration; readonly source: EvidenceSource } {
  const integration = mcp(options)
  onTestFinished(async () => integration.close?.())
  const [source] = integration.evidence ?? []
  if (source === undefined) throw new Error('no source')
  return { integration, source }
}

/** Reads a tool by its whole name. */
export async function read(source: EvidenceSource, name: string, input: JsonObject = {}, ctx = callContext()) {
  const tool = source.tools.find((each) => each.name === name)
  if (tool === undefined) throw new Error(`no tool ${name}`)
  return tool.read(input, ctx)
}

/** Names of the tools that are offered now. */
export function offered(source: EvidenceSource): readonly string[] {
  return source.tools.filter((tool) => tool.isOffered?.()).map(({ name }) => name)
}

/** A log that keeps its lines. */
export function keptLog(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = []
  const line = (text: string) => {
    lines.push(text)
  }
  return { log: { debug: line, info: line, warn: line, error: line }, lines }
}
