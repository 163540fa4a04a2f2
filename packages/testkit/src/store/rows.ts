import {
  type Alert,
  type AuditDraft,
  type Blob,
  type Change,
  type Command,
  type Incident,
  type Membership,
  type Redacted,
  redact,
  type Setting,
} from '@mendkit/core'

/** The tenant of all rows made here, unless told otherwise. */
export const tenant = 'acme'

/** A change with only what is given. */
export function aChange(given: Partial<Change>): Change {
  return { tenant, expect: [], put: [], audit: [], ...given }
}

/** A small document. */
export function aSetting(given: Partial<Setting> = {}): Setting {
  return { tenant, id: 'pause', value: { on: true }, revision: 0, ...given }
}

/** A document with an incident and a state. */
export function aCommand(given: Partial<Command> = {}): Command {
  return {
    tenant,
    id: 'cmd_1',
    incidentId: 'inc_1',
    state: 'pending',
    by: { id: 'ada', roles: ['approver'], tenant, via: 'test' },
    at: 1_700_000_000_000,
    body: { kind: 'close' },
    revision: 0,
    ...given,
  }
}

/** An open incident. */
export function anIncident(given: Partial<Incident> = {}): Incident {
  return {
    tenant,
    id: 'inc_1',
    cluster: 'prod',
    phase: 'open',
    title: redact('PodCrashLooping Deployment shop/checkout'),
    openedAt: 1_700_000_000_000,
    phaseSince: 1_700_000_000_000,
    deadlines: {},
    diagnoses: 0,
    hadEffect: false,
    voids: {},
    rejectedPlans: [],
    relapses: 0,
    revision: 0,
    ...given,
  }
}

/** A firing alert about a Deployment. */
export function anAlert(given: Partial<Alert> = {}): Alert {
  const id = given.id ?? 'alert_1'
  const resource = { cluster: 'prod', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'checkout' }
  return {
    tenant,
    id,
    source: 'am',
    cluster: 'prod',
    fingerprint: `fingerprint-of-${id}`,
    episode: 1,
    status: 'firing',
    labels: { alertname: 'PodCrashLooping', namespace: 'shop', pod: `checkout-${id}`, severity: 'critical' },
    annotations: { summary: 'a pod of shop/checkout restarts again and again' as Redacted },
    startsAt: '2026-01-01T00:00:00.000Z',
    lastSeenAt: '2026-01-01T00:00:00.000Z',
    resource,
    topmost: resource,
    correlated: 'pending',
    missed: 0,
    revision: 0,
    ...given,
  }
}

/** A membership of an alert's first episode. */
export function aMember(given: Partial<Membership> = {}): Membership {
  return {
    tenant,
    incidentId: 'inc_1',
    alertId: 'alert_1',
    episode: 1,
    joinedAt: '2026-01-01T00:00:01.000Z',
    because: ['same resource Deployment shop/checkout'],
    ...given,
  }
}

/** A draft of an audit entry that `mark` tells from others. */
export function aDraft(mark = 1): Extract<AuditDraft, { type: 'incident-relapsed' }> {
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

/** A piece of free text. */
export function aBlob(given: Partial<Blob> = {}): Blob {
  return { tenant, digest: 'd'.repeat(64), salt: 'a'.repeat(32), text: 'back-off restarting' as Redacted, ...given }
}
