import {
  type Alert,
  type AuditDraft,
  type Change,
  type Incident,
  type Redacted,
  redact,
  type Setting,
} from '@mendkit/core'

export const tenant = 'acme'

export function aChange(given: Partial<Change>): Change {
  return { tenant, expect: [], put: [], audit: [], ...given }
}

export function counts(name: string, more: { add?: number; max?: number } = {}) {
  return { kind: 'counter', name, add: 1, ...more } as const
}

export function aDraft(mark: number): AuditDraft {
  return {
    type: 'incident-relapsed',
    at: 1_767_225_600_000 + mark,
    salt: mark.toString(16).padStart(32, '0'),
    actor: { kind: 'engine', id: 'engine' },
    subject: { kind: 'incident', id: 'inc_1' },
    data: { relapses: mark },
    blobs: {},
  }
}

export function anAlert(id: string): Alert {
  return {
    tenant,
    id,
    source: 'am',
    cluster: 'prod',
    fingerprint: id,
    episode: 1,
    status: 'firing',
    labels: { alertname: 'PodCrashLooping', pod: id },
    annotations: { summary: 'a pod restarts again and again'.repeat(20) as Redacted },
    startsAt: '2026-01-01T00:00:00.000Z',
    lastSeenAt: '2026-01-01T00:00:00.000Z',
    correlated: 'pending',
    missed: 0,
    revision: 0,
  }
}

export function anIncident(id: string): Incident {
  return {
    tenant,
    id,
    cluster: 'prod',
    phase: 'open',
    title: redact('PodCrashLooping Pod shop/checkout'),
    openedAt: 1,
    phaseSince: 1,
    deadlines: { settle: 5 },
    diagnoses: 0,
    hadEffect: false,
    voids: {},
    rejectedPlans: [],
    relapses: 0,
    revision: 0,
  }
}

export function aSetting(id: string, revision: number): Setting {
  return { tenant, id, value: { on: true }, revision }
}
