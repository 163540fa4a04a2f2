/** How long things take on the kubelet double, in milliseconds. Much shorter than on a real node, in the same order. */
export interface Timings {
  /** From start to ready. */
  readonly readyMs: number
  /** From start to crash, and between the steps of a crash. */
  readonly crashMs: number
  /** The first wait in a crash loop or between pulls; crash loops double it. */
  readonly backOffMs: number
  readonly longestBackOffMs: number
  /** From ready to wedged. */
  readonly wedgeMs: number
  /** From the order to delete to the end. */
  readonly terminationMs: number
}

/** Long enough for a scrape each second to see every state. */
export const usualTimings: Timings = {
  readyMs: 300,
  crashMs: 300,
  backOffMs: 4_000,
  longestBackOffMs: 8_000,
  wedgeMs: 4_000,
  terminationMs: 300,
}
