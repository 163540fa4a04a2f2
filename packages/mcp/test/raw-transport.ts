import type { HostMcpTransport } from '../src/index.ts'

/** What a server answers, by method; a method that is not there is unknown to it. */
export type RawAnswers = Readonly<Record<string, unknown>>

/** A server of which every word can be chosen. It knows the handshake of the revision 2025-11-25. */
export function rawTransport(answers: RawAnswers): HostMcpTransport & { readonly sent: unknown[] } {
  const initialized = {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'raw', version: '1' },
  }
  const all: RawAnswers = { initialize: initialized, ...answers }
  const sent: unknown[] = []
  const transport: HostMcpTransport & { readonly sent: unknown[] } = {
    sent,
    start: async () => undefined,
    async close() {
      transport.onclose?.()
    },
    async send(message) {
      sent.push(message)
      if (!('method' in message) || !('id' in message)) return
      const { id, method } = message
      const reply = Object.hasOwn(all, method)
        ? { jsonrpc: '2.0', id, result: all[method] }
        : { jsonrpc: '2.0', id, error: { code: -32_601, message: 'unknown method' } }
      // Wrong answers are what this server is for.
      queueMicrotask(() => transport.onmessage?.(reply as never))
    },
  }
  return transport
}
