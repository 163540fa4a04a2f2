import type { AlertInput } from '@mendkit/core'
import type { Stage } from '../stage.ts'
import { clean, pad, tone } from '../terminal/text.ts'
import { board } from './board.ts'
import { count, type Play, seconds } from './play.ts'

const latestShown = 7

/** Rolls the bad version out and shows the noise until the engine has a plan. Answers the id of the incident. */
export async function storm({ stage, screen }: Play): Promise<string> {
  const { shop, feed, monitoring } = stage
  await screen.chapter(`Somebody rolls out ${shop.workload.badImage}`)
  const startedAt = Date.now()
  await rollOut(stage)
  const planned = feed.until('the engine makes a plan', () => feed.all('plan-decided')[0]?.subject.id)
  const incidentId = await screen.live(
    () => [...board(stage, screen.width), '', ...latest(monitoring.firing())],
    planned,
  )
  for (const line of board(stage, screen.width)) await screen.say(line)
  await screen.say()
  for (const line of summary(monitoring.firing())) await screen.say(line)
  await screen.say()
  const told = `${count(monitoring.firing().length, 'alert')} within ${seconds(Date.now() - startedAt)}. Without help, this is what wakes people up.`
  await screen.tell(told, { style: (line) => tone('strong', line) })
  await screen.pause(1_500)
  return incidentId
}

/** What a deployment pipeline does: it rolls out, and tells Mendkit that it did, and whose calls may suffer. */
export async function rollOut({ shop, mendkit }: Stage): Promise<void> {
  const { name, badImage } = shop.workload
  const resource = { cluster: 'demo', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name }
  shop.rollOut(badImage)
  await mendkit.recordChange({ kind: 'deployment', by: 'pipeline', resource, labels: { upstream: name } })
}

function latest(alerts: readonly AlertInput[]): readonly string[] {
  const newest = [...alerts]
    .sort((a, b) => (a.startsAt ?? '').localeCompare(b.startsAt ?? ''))
    .slice(-latestShown)
    .map((alert) => `${tone(toneOf(alert), '!')} ${pad(nameOf(alert), 30)} ${tone('quiet', aboutOf(alert))}`)
  return [...newest, ...Array.from({ length: latestShown - newest.length }, () => '')]
}

function summary(alerts: readonly AlertInput[]): readonly string[] {
  const groups = Map.groupBy(alerts, nameOf)
  return [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([name, group]) => {
      const first = tone('quiet', aboutOf(group[0]))
      const more = group.length === 1 ? '' : tone('quiet', ` +${group.length - 1}`)
      return `${String(group.length).padStart(4)}  ${pad(name, 30)} ${first}${more}`
    })
}

function nameOf(alert: AlertInput): string {
  return clean(alert.labels['alertname'] ?? '')
}

function aboutOf(alert: AlertInput | undefined): string {
  const { namespace, pod, deployment, service, route = '', node, mountpoint } = alert?.labels ?? {}
  const inNamespace = pod ?? deployment ?? (service === undefined ? undefined : `${service} ${route}`)
  const about = inNamespace === undefined ? [node, mountpoint].filter(Boolean).join(' ') : `${namespace}/${inNamespace}`
  return clean(about).trim()
}

function toneOf({ labels }: AlertInput) {
  return labels['severity'] === 'critical' ? 'bad' : labels['severity'] === 'none' ? 'quiet' : 'warn'
}
