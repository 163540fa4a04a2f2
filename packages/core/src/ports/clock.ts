/** The only source of time inside core. */
export interface Clock {
  /** Wall time, milliseconds since 1970 UTC. May jump. */
  now(): number
  /** Milliseconds on a scale that never goes back; only differences mean anything. */
  monotonic(): number
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** The only source of identity inside core. */
export interface Ids {
  /** A new id that starts with `prefix` and an underscore and is unique for ever. Ids made later sort later. */
  next(prefix: string): string
}

/** The only source of chance inside core. */
export interface Random {
  /** `length` unpredictable bytes in hex. */
  hex(length: number): string
  /** A number from 0 up to but not including 1, for jitter. */
  number(): number
}
