import { type CallContext, MendkitError, type Permission } from '@mendkit/core'
import type { Connection } from './connection.ts'
import { type HttpRequest, requestJson } from './http.ts'

/** A server, and a cheap request that needs the same credentials as every other. */
export interface Probe {
  readonly connection: Connection
  readonly request: HttpRequest
}

/** Everything that speaks Prometheus' API evaluates a number, at the price of nothing. */
export function prometheusProbe(connection: Connection): Probe {
  return { connection, request: { path: 'api/v1/query', query: new URLSearchParams({ query: '1' }) } }
}

/** What a poll of Alertmanager asks anyway. */
export function alertmanagerProbe(connection: Connection): Probe {
  return { connection, request: { path: 'api/v2/status' } }
}

/** Asks every server once. Throws `unavailable` or `bad-response` where one cannot tell, unless another refuses. */
export async function mayRead(probes: readonly Probe[], ctx: CallContext): Promise<Permission> {
  const answers = await Promise.allSettled(
    probes.map(({ connection, request }) => requestJson(connection, request, ctx)),
  )
  const failures = answers.flatMap((answer): unknown[] => (answer.status === 'rejected' ? [answer.reason] : []))
  const refusal = failures.find((error) => MendkitError.is(error, 'rejected'))
  if (refusal instanceof Error) return { permitted: false, because: refusal.message }
  if (failures.length > 0) throw failures[0]
  return { permitted: true, because: `${probes.map(({ connection }) => connection.who).join(' and ')} answered` }
}
