import { MendkitError } from '@mendkit/core'
import { z } from 'zod'

/** One condition of a silence. */
export interface SilenceMatcher {
  readonly name: string
  readonly value: string
  /** @default false */
  readonly isRegex?: boolean
}

/** Silences matching alerts for an hour and returns the silence's id. Throws `rejected` when Alertmanager refuses. */
export async function createSilence(alertmanager: string, matchers: readonly SilenceMatcher[]): Promise<string> {
  const reply = await fetch(`${alertmanager}/api/v2/silences`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      matchers: matchers.map(({ name, value, isRegex = false }) => ({ name, value, isRegex, isEqual: true })),
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: 'testbed',
      comment: 'set by a test',
    }),
  })
  const text = await reply.text()
  if (!reply.ok) throw new MendkitError('rejected', `Alertmanager refused the silence: ${text}`)
  return z.object({ silenceID: z.string() }).parse(JSON.parse(text)).silenceID
}

/** Ends a silence now. Throws `rejected` when Alertmanager does not know it. */
export async function expireSilence(alertmanager: string, id: string): Promise<void> {
  const reply = await fetch(`${alertmanager}/api/v2/silence/${id}`, { method: 'DELETE' })
  const text = await reply.text()
  if (!reply.ok) throw new MendkitError('rejected', `Alertmanager did not end silence ${id}: ${text}`)
}
