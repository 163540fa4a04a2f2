import { type Chance, seededChance } from '@mendkit/testkit'
import { type Point, points } from './points.ts'

/** How the life of one host process ends. */
export type Kill =
  /** SIGKILL when it comes to a point for the `hit`-th time. */
  | { readonly at: 'point'; readonly point: Point; readonly hit: number }
  /** SIGKILL so many milliseconds after its program was loaded. */
  | { readonly at: 'time'; readonly afterMs: number }
  /** SIGKILL on entering its n-th fsync or fdatasync, counted from its start. */
  | { readonly at: 'fsync'; readonly nth: number }
  /** SIGSTOP right before a call, while another takes over; SIGCONT after two leases; SIGKILL a little later. */
  | { readonly at: 'pause'; readonly point: Point; readonly thenMs: number }

/** What may be chosen. */
export interface KillChoice {
  /** @default every point */
  readonly points?: readonly [Point, ...Point[]]
  /** Whether fsyncs can be counted here. */
  readonly fsync: boolean
}

/** Fsyncs of a host until it has little left to do; the count begins anew behind it. */
const fsyncs = 45

/** An endless row of kills, the same for the same seed. With points given it kills nowhere else. */
export function* killsOf(seed: number, { points: only, fsync }: KillChoice): Generator<Kill, never> {
  const chance = seededChance(seed)
  let nth = chance.below(fsyncs)
  for (;;) {
    const lot = only === undefined ? chance.below(100) : 0
    if (lot < 55) yield atPoint(chance, only ?? points)
    else if (lot < 75) yield { at: 'time', afterMs: chance.below(1_500) }
    else if (lot < 95 && fsync) {
      nth = (nth % fsyncs) + 1
      yield { at: 'fsync', nth }
    } else if (lot < 95) yield { at: 'point', point: 'before commit', hit: 1 + chance.below(fsyncs) }
    else yield { at: 'pause', point: 'before call', thenMs: chance.below(500) }
  }
}

function atPoint(chance: Chance, from: readonly [Point, ...Point[]]): Kill {
  return { at: 'point', point: chance.pick(from), hit: 1 + chance.below(2) }
}

/** A kill in words. */
export function killWords(kill: Kill): string {
  switch (kill.at) {
    case 'point':
      return `${kill.point} (${kill.hit})`
    case 'time':
      return `after ${kill.afterMs} ms`
    case 'fsync':
      return `fsync ${kill.nth}`
    case 'pause':
      return `paused ${kill.point}`
  }
}
