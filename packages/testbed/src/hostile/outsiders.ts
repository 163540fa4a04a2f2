import type { Mendkit } from '@mendkit/core'
import { alertmanagerWebhook } from '@mendkit/prometheus'
import { disguisesOf } from './disguises.ts'
import { clusterName, openScenery, type Scenery } from './scenery.ts'

/** Longer labels are refused, by bytes: `settings.intake.maxLabelBytes`. */
const labelLength = 1_000
const secret = 'not-a-secret-of-anybody'

/** A scenery on which outsiders have written a text, in every disguise, wherever outsiders can write on a cluster. */
export function writtenOn(text: string): Scenery {
  const disguises = disguisesOf(text)
  const scenery = openScenery(disguises.join('\n'))
  const { cluster, checkout } = scenery
  const [pod] = cluster.all('v1', 'Pod', 'shop').filter(({ metadata }) => metadata.name.startsWith('checkout-'))
  const about = pod === undefined ? { ...checkout, uid: checkout.uid } : podReference(pod.metadata)
  for (const [index, message] of disguises.entries()) {
    cluster.apply({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `outsider-${index}`, namespace: 'shop' },
      involvedObject: about,
      type: 'Warning',
      reason: index === 0 ? text : 'BackOff',
      message,
      lastTimestamp: new Date(cluster.now()).toISOString(),
      count: 3,
    })
  }
  cluster.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'outsider', namespace: 'shop', labels: { tier: 'web' }, annotations: { note: text } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'outsider' } },
      template: {
        metadata: { labels: { app: 'outsider' } },
        spec: { containers: [{ name: 'app', image: `evil.example/${encodeURIComponent(text).slice(0, 100)}` }] },
      },
    },
  })
  return scenery
}

/** Sends an alert about `shop/checkout` as Alertmanager would, with the text in every field that outsiders can fill. */
export async function postAlert(mendkit: Mendkit, text: string, now: number): Promise<void> {
  const handler = alertmanagerWebhook(mendkit, { secret, source: 'am', cluster: clusterName })
  const disguises = disguisesOf(text)
  const annotations = Object.fromEntries(disguises.map((each, index) => [`note_${index}`, each]))
  const written = Object.fromEntries(
    disguises.map((each, index) => [`said_${index}`, each.slice(0, labelLength).toWellFormed()]),
  )
  const own = { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'checkout' }
  const labels = { ...written, pod: text.slice(0, 200), image: text, ...own }
  const startsAt = new Date(now).toISOString()
  const alert = { status: 'firing', labels, annotations, startsAt, endsAt: '0001-01-01T00:00:00Z' }
  const body = {
    version: '4',
    groupKey: text,
    truncatedAlerts: 0,
    status: 'firing',
    receiver: text,
    groupLabels: { alertname: text },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: `https://evil.example/${encodeURIComponent(text)}`,
    alerts: [{ ...alert, generatorURL: 'https://evil.example/graph', fingerprint: text }],
    approved: true,
  }
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  const request = new Request('https://host.example/alerts', { method: 'POST', headers, body: JSON.stringify(body) })
  const answer = await handler(request)
  const said = await answer.text()
  if (answer.status !== 200 || !said.includes('"accepted":1')) throw new Error(`the alert was refused: ${said}`)
}

function podReference({ name, uid }: { readonly name: string; readonly uid: string }) {
  return { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name, uid }
}
