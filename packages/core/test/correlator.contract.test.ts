import { type Alert, correlateByLabels, type RecordedChange, type Resource } from '@mendkit/core'
import { correlatorContract, holdsTo } from '@mendkit/testkit'
import { test } from 'vitest'

const pod = (name: string): Resource => ({ cluster: 'c', apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name })
const owner: Resource = { ...pod('checkout'), apiVersion: 'apps/v1', kind: 'Deployment' }

function alert(alertname: string, more: Partial<Alert> & { readonly zone?: string } = {}): Alert {
  const { zone, ...rest } = more
  const identity = {
    tenant: 't',
    id: `alr_${alertname}`,
    source: 'am',
    cluster: 'c',
    fingerprint: alertname,
    episode: 1,
  }
  const state = { status: 'firing', correlated: 'pending', missed: 0, revision: 1 } as const
  const times = { startsAt: '2026-01-01T00:00:00.000Z', lastSeenAt: '2026-01-01T00:01:00.000Z' }
  const labels = { alertname, ...(zone !== undefined && { zone }) }
  return { ...identity, ...state, ...times, annotations: {}, labels, ...rest }
}

function change(id: string, more: Partial<RecordedChange>): RecordedChange {
  return { tenant: 't', id, kind: 'deploy', state: 'recent', at: Date.UTC(2025, 11, 31, 23, 59), revision: 1, ...more }
}

const changes = [change('chg_1', { resource: pod('db-0') }), change('chg_2', { labels: { team: 'nobody' } })]
const lonely = alert('DiskFull', { resource: pod('elsewhere-0'), zone: 'b' })
const ties: Readonly<Record<string, readonly [Alert, Alert]>> = {
  'a resource': [alert('Down', { resource: pod('web-0') }), alert('Slow', { resource: pod('web-0') })],
  'an owner': [
    alert('Down', { resource: pod('checkout-0'), topmost: owner }),
    alert('Slow', { resource: pod('checkout-1'), topmost: owner }),
  ],
  'chosen labels': [alert('Down', { zone: 'a' }), alert('Slow', { zone: 'a' })],
  'a recorded change': [
    alert('Down', { resource: pod('db-0') }),
    alert('Slow', { resource: pod('db-1'), topmost: pod('db-0') }),
  ],
}
for (const [tie, together] of Object.entries(ties)) {
  holdsTo(test, `correlateByLabels, tied by ${tie},`, correlatorContract, async () => ({
    correlator: correlateByLabels({ labels: ['zone'] }),
    together,
    apart: [together[0], lonely] as const,
    changes,
  }))
}
