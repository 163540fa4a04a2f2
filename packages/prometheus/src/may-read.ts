import { type CallContext, MendkitError, type Permission } from '@mendkit/core'
import type { Connection } from './connection.ts'
import { type HttpRequest, requestJson } from './http.ts'

/** A server, and a cheap request that needs the same credentials as every other. */
export interface Probe {
  readonly connection: Connection
  readonly request: HttpRequest
}

/** What each program answers at the price of nothing: everything that speaks Prometheus' API evaluates a number. */
export const prometheusProbe: HttpRequest = { path: 'api/v1/query', query: new URLSearchParams({ query: '1' }) }
/** As above, for Alertmanager. */
export const alertmanagerProbe: HttpRequest = { path: 'api/v2/status' }

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
