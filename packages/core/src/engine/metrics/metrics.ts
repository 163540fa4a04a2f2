import type { Metrics } from '../metrics.ts'
import { type MetricName, metricTable } from './names.ts'
import { createSeriesSet, type Series, type SeriesSet } from './series.ts'
import { metricText } from './text.ts'

/**
 * Counts in memory, for one process. A metric keeps 200 label sets apart; what comes beyond is counted with all label
 * values `other`, and in `mendkit_metric_overflows_total`, so that no label value can make memory grow without bound.
 */
export function createMetrics(): Metrics {
  const names = Object.keys(metricTable) as readonly MetricName[]
  const sets = new Map<MetricName, SeriesSet>()

  function setOf(name: MetricName): SeriesSet {
    const known = sets.get(name)
    if (known !== undefined) return known
    if (!Object.hasOwn(metricTable, name)) throw new TypeError(`metric ${name} has no line in metrics/names.ts`)
    const set = createSeriesSet(metricTable[name])
    sets.set(name, set)
    return set
  }

  function seriesOf(name: MetricName, labels: Readonly<Record<string, string>> = {}): Series {
    const { series, overflowed } = setOf(name).at(labels)
    if (overflowed) setOf('mendkit_metric_overflows_total').at({ metric: name }).series.value += 1
    return series
  }

  return {
    count(name, labels, add = 1) {
      seriesOf(name, labels).value += add
    },
    gauge(name, value, labels) {
      seriesOf(name, labels).value = value
    },
    observe(name, value, labels) {
      const { buckets } = metricTable[name]
      const shown = value / 1_000
      const series = seriesOf(name, labels)
      const index = buckets.findIndex((bound) => shown <= bound)
      const bucket = index < 0 ? buckets.length : index
      series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1
      series.value += shown
      series.count += 1
    },
    text: () => names.map((name) => metricText(name, setOf(name).all())).join(''),
  }
}
