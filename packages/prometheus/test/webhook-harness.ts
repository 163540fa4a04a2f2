import type { AlertBatch, IngestResult } from '@mendkit/core'
import { type AlertmanagerWebhookOptions, alertmanagerWebhook } from '../src/index.ts'

export const secret = 'a-secret-ünlike-any-other'

/** What an intake was given. */
interface Taken {
  readonly batch: AlertBatch
  readonly tenant: string | undefined
}

/** A webhook before an intake that remembers, or answers as told. */
export function harness(
  options: Partial<AlertmanagerWebhookOptions> = {},
  answer: (batch: AlertBatch) => IngestResult | Promise<IngestResult> = (batch) => ({
    accepted: batch.alerts.length,
    changed: batch.alerts.length,
    refused: [],
  }),
) {
  const taken: Taken[] = []
  const ingest = async (batch: AlertBatch, given: { readonly tenant?: string } = {}) => {
    const result = await answer(batch)
    taken.push({ batch, tenant: given.tenant })
    return result
  }
  const handle = alertmanagerWebhook({ ingest }, { secret, source: 'am', ...options })
  return { taken, handle }
}

/** A request as Alertmanager makes it; a text is sent as it is. */
export function request(body: unknown, init: RequestInit = {}): Request {
  return new Request('http://mendkit.local/alerts', {
    method: 'POST',
    headers: { authorization: basic(secret), 'content-type': 'application/json' },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    ...init,
  })
}

/** Credentials as Alertmanager sends them for `basic_auth`. */
export function basic(password: string, user = 'alertmanager'): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`
}
