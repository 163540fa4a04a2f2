import {
  type Alert,
  type AlertInput,
  type CallContext,
  type IngestResult,
  type MemoryState,
  type MendkitOptions,
  memoryState,
  type Resource,
  type Store,
  type Topology,
} from '@mendkit/core'
import { simulatedStore } from '@mendkit/testkit'
import { correlatePending } from '../../src/engine/correlate/correlate-pending.ts'
import { createOwnersPatience } from '../../src/engine/correlate/owners-patience.ts'
import { createIntake } from '../../src/engine/intake/intake.ts'
import type { TenantBatch } from '../../src/engine/parts.ts'
import { type Bench, setUp } from './parts.ts'

/** Parts with an intake and a correlation on a store whose state can be looked into. */
export interface AlertBench extends Bench {
  readonly state: MemoryState
  ingest(
    alerts: readonly unknown[],
    more?: Partial<Omit<TenantBatch, 'alerts'>>,
    ctx?: CallContext,
  ): Promise<IngestResult>
  correlate(): Promise<void>
  /** All stored alerts of the tenant, by alertname and labels. */
  alerts(): Alert[]
  /** The only stored alert. */
  only(): Alert
  /** Types and data of the tenant's audit entries. */
  log(): { type: string; data: Record<string, unknown>; subject: { id: string } }[]
}

/** Tenant of everything here. */
export const tenant = 'acme'

/** Sets up a bench; several on one `state` are several workers on one database. */
export async function alertBench(
  options: MendkitOptions & { state?: MemoryState; wrap?: (store: Store) => Store } = {},
): Promise<AlertBench> {
  const { state = memoryState(), ...given } = options
  const bench = await setUp({ store: simulatedStore(state), ...given })
  const intake = createIntake(bench.parts)
  const patience = createOwnersPatience(bench.parts)
  const alerts = () => [...(state.tenants.get(tenant)?.alerts.values() ?? [])]
  return {
    ...bench,
    state,
    ingest: (batch, more = {}, ctx = bench.ctx) =>
      intake.ingest(
        {
          tenant,
          source: 'am',
          complete: false,
          asOf: new Date(bench.clock.now()).toISOString(),
          ...more,
          alerts: batch as readonly AlertInput[],
        },
        ctx,
      ),
    correlate: () => correlatePending(bench.parts, patience, bench.ctx),
    alerts,
    only: () => {
      const [alert, ...others] = alerts()
      if (alert === undefined || others.length > 0) throw new Error(`expected one alert, found ${alerts().length}`)
      return alert
    },
    log: () =>
      (state.tenants.get(tenant)?.audit ?? []).map(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)) as never),
  }
}

/** An alert about a pod of the shop. */
export function podAlert(
  pod: string,
  more: Partial<AlertInput> & { labels?: Record<string, string> } = {},
): AlertInput {
  return {
    ...more,
    labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', pod, ...more.labels },
  }
}

/** A Deployment of the shop. */
export function deployment(name: string): Resource {
  return { cluster: 'default', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name }
}

/** A topology in which `checkout-7d9-x` belongs to Deployment `checkout`: all before the first dash. */
export function dashTopology(): Topology {
  return {
    spec: 1,
    id: 'dash',
    owners: async (resource) => {
      if (resource.kind !== 'Pod') return []
      const owner = { ...deployment(resource.name.split('-')[0] ?? ''), cluster: resource.cluster }
      return [
        { ...owner, apiVersion: 'apps/v1', kind: 'ReplicaSet', labels: {} },
        { ...owner, labels: {} },
      ]
    },
  }
}

/** The moment `seconds` after the clock's start, ISO 8601. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString()
}
