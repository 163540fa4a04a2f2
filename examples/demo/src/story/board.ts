import type { Stage } from '../stage.ts'
import { type Tone, tone } from '../terminal/text.ts'
import type { Pod } from '../world/shop.ts'

const labelWidth = 9

/** The pods and what fires, as lines. Everything is read from the cluster at this moment. */
export function board({ shop, monitoring }: Stage, width: number): readonly string[] {
  const pods = shop.pods()
  const count = (state: Pod['state']) => pods.filter((pod) => pod.state === state).length
  const told = [
    tone('good', `${count('ready')} ready`),
    ...some(count('crash-looping'), 'crash-looping', 'bad'),
    ...some(count('starting'), 'starting', 'warn'),
    ...some(count('going'), 'going', 'quiet'),
  ]
  const firing = monitoring.firing().length
  return [
    ...podRows(pods, width),
    `${label('')}${told.join(', ')}`,
    `${label('alerts')}${tone(firing > 2 ? 'bad' : 'good', String(firing))} firing`,
  ]
}

/** One mark a pod. */
function podRows(pods: readonly Pod[], width: number): readonly string[] {
  const perRow = Math.max(10, Math.min(pods.length, width - labelWidth - 4))
  const rows = Array.from({ length: Math.ceil(pods.length / perRow) }, (_, row) =>
    pods
      .slice(row * perRow, (row + 1) * perRow)
      .map(mark)
      .join(''),
  )
  return rows.map((row, index) => `${label(index === 0 ? 'pods' : '')}${row}`)
}

const marks: Readonly<Record<Pod['state'], readonly [Tone, string]>> = {
  ready: ['good', '■'],
  starting: ['warn', '□'],
  'crash-looping': ['bad', '×'],
  going: ['quiet', '·'],
}

function mark({ state }: Pod): string {
  return tone(...marks[state])
}

function label(text: string): string {
  return tone('quiet', text.padEnd(labelWidth))
}

function some(count: number, what: string, kind: Tone): readonly string[] {
  return count === 0 ? [] : [tone(kind, `${count} ${what}`)]
}
