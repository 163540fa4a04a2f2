import { type MetricName, metricTable } from './names.ts'
import type { Series } from './series.ts'

/**
 * One metric in Prometheus text exposition format 0.0.4. A counter without labels is shown as 0 before its first use, so
 * that a rate over its first increase is right.
 */
export function metricText(name: MetricName, all: readonly Series[]): string {
  const { type, help, labels } = metricTable[name]
  const lines = [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`]
  if (all.length === 0 && type === 'counter' && labels.length === 0) lines.push(`${name} 0`)
  for (const series of all) {
    if (type === 'histogram') lines.push(...histogramLines(name, series))
    else lines.push(`${name}${labelText(labels, series.values)} ${series.value}`)
  }
  return `${lines.join('\n')}\n`
}

function histogramLines(name: MetricName, series: Series): readonly string[] {
  const { labels, buckets } = metricTable[name]
  const lines: string[] = []
  let below = 0
  for (const [index, bound] of [...buckets.map(String), '+Inf'].entries()) {
    below += series.buckets[index] ?? 0
    lines.push(`${name}_bucket${labelText([...labels, 'le'], [...series.values, bound])} ${below}`)
  }
  const own = labelText(labels, series.values)
  return [...lines, `${name}_sum${own} ${series.value}`, `${name}_count${own} ${series.count}`]
}

function labelText(names: readonly string[], values: readonly string[]): string {
  if (names.length === 0) return ''
  return `{${names.map((label, index) => `${label}="${escapeLabel(values[index] ?? '')}"`).join(',')}}`
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"')
}
