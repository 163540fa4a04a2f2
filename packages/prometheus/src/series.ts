/** One value at one time, ms since 1970. The value may be NaN or infinite. */
export interface Point {
  readonly at: number
  readonly value: number
}

/** One time series of an answer. A metric's name is its label `__name__`. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>
  /** In order of time; exactly one for an instant query. */
  readonly points: readonly Point[]
}

/** What a query answered. */
export interface QueryAnswer {
  readonly series: readonly Series[]
  /** Warnings and notes of the server, and what had to be left out. */
  readonly warnings: readonly string[]
}
