import type { Action } from '@mendkit/core'
import type { ActionSubject } from '@mendkit/testkit'
import { flagApi } from './flag-api.ts'
import { type FlagClient, flagClient } from './flag-client.ts'
import { flagResource } from './set-flag.ts'

/** Serves a fresh service at an address of its own. */
export type Serve = (
  handle: (request: Request) => Promise<Response>,
) => Promise<{ readonly url: string; readonly close: () => Promise<void> }>

/** What the contract needs: the action, and a world of its own that it acts on, over real HTTP. */
export async function subjectOf(
  serve: Serve,
  actionOf: (client: FlagClient) => Action,
): Promise<ActionSubject & AsyncDisposable> {
  let effects = 0
  const api = flagApi(['new-pricing'], () => {
    effects += 1
  })
  const { url, close } = await serve(api.handle)
  const client = flagClient({ url })
  return {
    action: actionOf(client),
    input: {
      params: { flag: 'new-pricing', on: false },
      target: flagResource('new-pricing'),
      incident: {
        tenant: 'default',
        id: 'inc_1',
        cluster: 'default',
        phase: 'deciding',
        title: 'the checkout fails',
        openedAt: 0,
        relapses: 0,
      },
      executionId: 'exe_1',
      mintedAt: 0,
    },
    refused: { flag: 'new-pricing', on: 'yes' },
    effects: () => effects,
    // A colleague switches the flag to where the action wants it: only whose write it was tells the two apart.
    async disturb() {
      const { signal } = new AbortController()
      const flag = await client.get('new-pricing', signal)
      await client.put('new-pricing', { on: false, changeId: 'alice' }, flag?.etag ?? '', signal)
      effects -= 1
    },
    remove: () => api.remove('new-pricing'),
    overload: () => api.overload(),
    [Symbol.asyncDispose]: close,
  }
}
