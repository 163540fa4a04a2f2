import type { Parts } from '../parts.ts'

/** How far a mirror is behind the logs of all tenants. */
export interface MirrorHealth {
  readonly sink: string
  /** Entries that were not sent yet. */
  readonly lagEntries: number
  /** Age of the oldest of them in ms; absent when there is none, or its time is not known yet. */
  readonly lagMs?: number
  /** Failures in a row since something was last sent, of all tenants. */
  readonly failures: number
  /** What the last failure of those said. */
  readonly lastError?: string
}

/** Where a sink stands in one log. */
interface Place {
  readonly size: number
  readonly next: number
  /** When the first entry that waits was written, ms since 1970. */
  readonly since?: number
}

/** Keeps account of one sink. It holds one place for each tenant that is behind. */
export interface Lag {
  /** A log of this size was seen; `next` and `since` where they are known. */
  saw(tenant: string, place: Place): void
  /** What is known of the log holds, and it has this size now. */
  grew(tenant: string, size: number): void
  sent(): void
  failed(error: string): void
  read(): MirrorHealth
}

/** An account that knows of nothing yet. */
export function createLag(parts: Parts, sink: string): Lag {
  const places = new Map<string, Place>()
  let failures = 0
  let lastError: string | undefined

  function read(): MirrorHealth {
    let lagEntries = 0
    let oldest: number | undefined
    for (const { size, next, since } of places.values()) {
      lagEntries += size - next
      if (since !== undefined) oldest = Math.min(oldest ?? since, since)
    }
    return {
      sink,
      lagEntries,
      ...(oldest !== undefined && { lagMs: Math.max(0, parts.clock.now() - oldest) }),
      failures,
      ...(lastError !== undefined && { lastError }),
    }
  }

  function show(): void {
    const { lagEntries, lagMs = 0 } = read()
    parts.metrics.gauge('mendkit_mirror_lag_entries', lagEntries, { sink })
    parts.metrics.gauge('mendkit_mirror_lag_seconds', lagMs / 1_000, { sink })
  }

  return {
    saw(tenant, place) {
      if (place.next < place.size) places.set(tenant, place)
      else places.delete(tenant)
      show()
    },
    grew(tenant, size) {
      const place = places.get(tenant)
      if (place !== undefined) places.set(tenant, { ...place, size })
      show()
    },
    sent() {
      failures = 0
      lastError = undefined
    },
    failed(error) {
      failures += 1
      lastError = error
      parts.metrics.count('mendkit_mirror_failures_total', { sink })
      show()
    },
    read,
  }
}
