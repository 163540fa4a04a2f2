import { sha256 } from '../../audit/seal.ts'
import type { AlertKey } from '../../ports/correlator.ts'

/**
 * A key as the store keeps it. Keys that tie within a time are cut into buckets as long as that time, so that all starts
 * in one bucket belong together, only the edges of neighbouring buckets need comparing, and what belongs together never
 * depends on the order of arrival.
 */
export interface PlacedKey {
  readonly stored: string
  readonly because: string
  /** Start of the alert, ms since 1970. */
  readonly at: number
  /** Absent for a key for which time does not matter. */
  readonly time?: KeyTime
}

/** Where a key lies in time. */
export interface KeyTime {
  /** The same for all buckets of one key. */
  readonly series: string
  readonly bucket: number
  readonly withinMs: number
}

/** Stores index keys, so a longer one is kept as its digest. */
const maxLength = 500

/** Places the key of an alert that starts at `at`. */
export function placeKey({ key, withinMs, because }: AlertKey, at: number): PlacedKey {
  if (withinMs === Infinity) return { stored: short(key), because, at }
  const series = `${withinMs}|${key}`
  const time = { series, withinMs, bucket: Math.floor(at / Math.max(1, withinMs)) }
  return { stored: storedName(time), because, at, time }
}

/** The neighbouring buckets of a key that ties within a time, earlier first. */
export function neighbours(time: KeyTime): readonly KeyTime[] {
  return [time.bucket - 1, time.bucket + 1].map((bucket) => ({ ...time, bucket }))
}

/** The name under which the store keeps one bucket. */
export function storedName({ series, bucket }: Pick<KeyTime, 'series' | 'bucket'>): string {
  return short(`${bucket}|${series}`)
}

function short(text: string): string {
  return text.length <= maxLength && text.isWellFormed() && !text.includes('\0') ? text : `sha256:${sha256(text)}`
}
