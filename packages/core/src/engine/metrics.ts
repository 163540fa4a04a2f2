/** What the engine counts about itself. Names follow Prometheus: `mendkit_<what>_total`, seconds, bytes. */
export interface Metrics {
  /** Adds to a counter. */
  count(name: string, labels?: Readonly<Record<string, string>>, add?: number): void
  /** Records one duration in milliseconds, or another size, in a histogram. */
  observe(name: string, value: number, labels?: Readonly<Record<string, string>>): void
  /** Sets a gauge. */
  gauge(name: string, value: number, labels?: Readonly<Record<string, string>>): void
  /** Prometheus text exposition format 0.0.4. */
  text(): string
}
