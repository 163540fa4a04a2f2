import {
  createMendkit,
  defineNotifier,
  type Mendkit,
  type MendkitOptions,
  type Notice,
  type Phase,
  type Store,
} from '@mendkit/core'
import { expect, onTestFinished } from 'vitest'

/** A host program that only takes alerts in and hands their incidents over. */
export interface Host {
  readonly mendkit: Mendkit
  readonly notices: readonly Notice[]
  readonly errors: readonly string[]
  /** An alert of this name about an object of its own. */
  tell(name: string, status?: 'firing' | 'resolved'): ReturnType<Mendkit['ingest']>
  /** Waits until the incident of this alert stands in this phase, and answers its id. */
  until(name: string, phase: Phase): Promise<string>
}

/** Runs a host on a store until the test is over. */
export function runHost(store: Store, integrations: MendkitOptions['integrations'] = []): Host {
  const notices: Notice[] = []
  const errors: string[] = []
  const silent = () => undefined
  const mendkit = createMendkit({
    store,
    integrations,
    notifiers: [
      defineNotifier({ id: 'people', reachesPeople: true, send: async (notice) => void notices.push(notice) }),
    ],
    settings: {
      engine: { sweepMs: 20 },
      correlation: { settleMs: 0 },
      notices: { retryMs: 100 },
      mappings: [
        {
          id: 'by-name',
          resource: (labels) => ({
            cluster: 'shop',
            apiVersion: 'shop/v1',
            kind: 'Flag',
            name: labels['alertname'] ?? '',
          }),
        },
      ],
    },
    system: { log: { debug: silent, info: silent, warn: silent, error: (text) => void errors.push(text) } },
  })
  const stopping = new AbortController()
  const running = mendkit.run({ signal: stopping.signal })
  onTestFinished(async () => {
    stopping.abort()
    await running
    await mendkit.close()
  })
  return {
    mendkit,
    notices,
    errors,
    tell: (alertname, status = 'firing') =>
      mendkit.ingest({
        source: 'am',
        complete: false,
        asOf: new Date().toISOString(),
        alerts: [{ labels: { alertname }, status }],
      }),
    async until(name, phase) {
      const find = async () => {
        const incidents = await mendkit.incidents.list()
        return incidents.find((one) => one.title.startsWith(`${name} `) && one.phase === phase)?.id
      }
      await expect.poll(find, { timeout: 15_000 }).toBeDefined()
      return (await find()) ?? ''
    },
  }
}
