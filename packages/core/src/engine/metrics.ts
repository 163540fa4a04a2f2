import type { CounterName, GaugeName, HistogramName } from './metrics/names.ts'

/**
 * What the engine counts about itself. Names follow Prometheus: `mendkit_<what>_total`, seconds, bytes. Every name has
 * its line in `metrics/names.ts`. Labels of one metric are always the same, and their values come from a small set.
 */
export interface Metrics {
  /** Adds to a counter. */
  count(name: CounterName, labels?: Readonly<Record<string, string>>, add?: number): void
  /** Records one duration in milliseconds; shown in seconds. */
  observe(name: HistogramName, value: number, labels?: Readonly<Record<string, string>>): void
  /** Sets a gauge. */
  gauge(name: GaugeName, value: number, labels?: Readonly<Record<string, string>>): void
  /** Prometheus text exposition format 0.0.4. */
  text(): string
}
