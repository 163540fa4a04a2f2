import type { Evidence } from '@mendkit/core'
import { clean, pad, tone } from '../terminal/text.ts'
import { count, type IncidentPlay } from './play.ts'

/** What the readings of the Kubernetes adapter are about. */
const meanings: ReadonlyMap<string, string> = new Map([
  ['kubernetes.workload', 'replicas, conditions, its manager'],
  ['kubernetes.rollouts', 'which revision runs, and ran before'],
  ['kubernetes.pods', 'how every pod and container is'],
  ['kubernetes.events', 'what Kubernetes itself recorded'],
  ['kubernetes.previous-logs', 'what crashed containers wrote last:'],
])

/** Shows what was read, numbered, so that the diagnosis can cite it. Answers the numbers by id of the evidence. */
export async function evidence({ stage, screen, timeline }: IncidentPlay): Promise<ReadonlyMap<string, number>> {
  const { store, context } = stage
  const { tenant, id } = timeline.incident
  const readings = await store.list('evidence', { tenant, incidentId: id, limit: 100 }, context)
  const facts = readings.reduce((sum, reading) => sum + reading.facts.length, 0)
  await screen.chapter('The evidence')
  await screen.tell(`${count(readings.length, 'reading')}, ${facts} facts, with credentials that can change nothing.`)
  await screen.say()
  for (const [index, { tool, facts: read }] of readings.entries()) {
    const told = `${pad(tool, 26)} ${pad(count(read.length, 'fact'), 10)} ${tone('quiet', meanings.get(tool) ?? '')}`
    await screen.say(`${tone('title', `[${index + 1}]`)} ${told}`)
  }
  for (const [index, line] of (await lastWords(stage, readings)).entries()) {
    const style = index === 0 ? quiet : withMarks
    await screen.tell(line, { prefix: `    ${tone('quiet', '│')} `, style })
  }
  await screen.pause(2_000)
  return new Map(readings.map((reading, index) => [reading.id, index + 1]))
}

/** What one of the crashed containers wrote, as it was stored: without the secrets that it held. */
async function lastWords({ store, context }: IncidentPlay['stage'], readings: readonly Evidence[]) {
  const logs = readings.find(({ tool, text }) => tool === 'kubernetes.previous-logs' && text !== undefined)
  const blobs = logs?.text === undefined ? [] : await store.blobs(logs.tenant, [logs.text], context)
  const lines = (blobs[0]?.text ?? '')
    .split('\n')
    .map(clean)
    .filter((line) => line !== '')
  const begin = lines.findIndex((line) => line.startsWith('Pod '))
  const end = lines.findIndex((line, index) => index > begin && line.startsWith('Pod '))
  return begin === -1 ? [] : lines.slice(begin, end === -1 ? undefined : end)
}

function quiet(line: string): string {
  return tone('quiet', line)
}

/** Shows where a secret was taken out. */
function withMarks(line: string): string {
  return line.replaceAll(/\[redacted[^\]]*\]/g, (mark) => tone('warn', mark))
}
