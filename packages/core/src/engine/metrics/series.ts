import type { MetricDefinition } from './names.ts'

/** Label sets that one metric keeps apart. */
const maxSeriesPerMetric = 200

/** One label set of one metric. */
export interface Series {
  /** Label values in the order of the metric's labels. */
  readonly values: readonly string[]
  /** Value of a counter or gauge; sum of a histogram. */
  value: number
  /** Observations of a histogram. */
  count: number
  /** Observations per bucket, not cumulated; the last is above all bounds. */
  readonly buckets: number[]
}

/** The label sets of one metric, in the order of first use. */
export interface SeriesSet {
  /** The series for these labels; `overflowed` when the metric is full and `other` counts for it. */
  at(labels: Readonly<Record<string, string>>): { readonly series: Series; readonly overflowed: boolean }
  all(): readonly Series[]
}

/** Keeps at most `maxSeriesPerMetric` label sets and one more, whose label values are all `other`. */
export function createSeriesSet({ labels: names, buckets }: MetricDefinition): SeriesSet {
  const known = new Map<string, Series>()

  function add(key: string, values: readonly string[]): Series {
    const series = { values, value: 0, count: 0, buckets: Array.from({ length: buckets.length + 1 }, () => 0) }
    known.set(key, series)
    return series
  }

  return {
    at(labels) {
      const values = names.map((label) => labels[label] ?? '')
      const key = JSON.stringify(values)
      const series = known.get(key)
      if (series !== undefined) return { series, overflowed: false }
      if (known.size < maxSeriesPerMetric) return { series: add(key, values), overflowed: false }
      const others = names.map(() => 'other')
      const other = JSON.stringify(others)
      return { series: known.get(other) ?? add(other, others), overflowed: true }
    },
    all: () => [...known.values()],
  }
}
