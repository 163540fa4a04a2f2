import type { Chance } from './chance.ts'

/** Where a fault strikes: at the nth call of a kind, or right after the nth release of one. */
export type FaultPlace =
  | 'commit'
  | 'store-read'
  | 'read'
  | 'dry-run'
  | 'effect'
  | 'plug-in'
  | 'notice'
  | 'after-commit'
  | 'after-read'
  | 'after-intent'
  | 'after-effect'
  | 'after-any'

/** One thing that goes wrong, or that somebody else does, at one moment of a run. */
export interface Fault {
  /** Its place in the schedule of its seed; by it a fault is switched off. */
  readonly id: number
  readonly kind: string
  readonly at: FaultPlace
  /** At the how-manieth, counted from 1. */
  readonly nth: number
  /** How long it lasts or how far it goes, for kinds that last. */
  readonly ms: number
}

/** A kind of fault that a schedule can hold. */
export interface FaultKind {
  readonly kind: string
  readonly at: readonly FaultPlace[]
  /** Milliseconds, from and to, for kinds that last. */
  readonly ms?: readonly [number, number]
  /** How often it is drawn beside the others. @default 1 */
  readonly weight?: number
}

/** How late in a run the nth of a place can be and still be likely to come. */
const latest: Readonly<Record<FaultPlace, number>> = {
  commit: 30,
  'store-read': 200,
  read: 60,
  'dry-run': 3,
  effect: 2,
  'plug-in': 12,
  notice: 3,
  'after-commit': 40,
  'after-read': 60,
  'after-intent': 2,
  'after-effect': 2,
  'after-any': 400,
}

/** The schedule of a run, wholly drawn before it begins, so that each fault can be left out without moving the others. */
export function drawFaults(chance: Chance, kinds: readonly FaultKind[], most: number): readonly Fault[] {
  const bag = kinds.flatMap((kind) => Array.from({ length: kind.weight ?? 1 }, () => kind))
  if (bag.length === 0) return []
  // A run without any fault is worth a look too.
  const count = chance.happens(0.15) ? 0 : chance.between(1, most)
  return Array.from({ length: count }, (_, id) => {
    const { kind, at, ms = [0, 0] } = chance.pick(bag)
    const place = chance.pick(at)
    return { id, kind, at: place, nth: chance.between(1, latest[place]), ms: chance.between(ms[0], ms[1]) }
  })
}

/** The faults of a run that have not struck yet. */
export interface FaultBook {
  /** Counts one more of a place, and answers the faults that strike there. */
  meet(place: FaultPlace): readonly Fault[]
  /** No fault strikes any more. */
  close(): void
  /** When the last one struck, in steps; -1 before the first. */
  lastStruckAt(): number
}

const none: readonly Fault[] = []

/** A book of these faults. `steps` tells how far the run is; `struck` is called with each fault that strikes. */
export function faultBook(faults: readonly Fault[], steps: () => number, struck: (fault: Fault) => void): FaultBook {
  const counts = new Map<FaultPlace, number>()
  let left = [...faults]
  let last = -1
  return {
    meet(place) {
      if (left.length === 0) return none
      const count = (counts.get(place) ?? 0) + 1
      counts.set(place, count)
      const due = left.filter((fault) => fault.at === place && fault.nth === count)
      if (due.length === 0) return none
      left = left.filter((fault) => !due.includes(fault))
      last = steps()
      for (const fault of due) struck(fault)
      return due
    },
    close() {
      left = []
    },
    lastStruckAt: () => last,
  }
}

/** Where the release of an operation with this label is, for faults that strike right after one. */
export function placesOf(label: string): readonly FaultPlace[] {
  if (label === 'commit execution-intended') return ['after-commit', 'after-intent']
  if (label.startsWith('commit ')) return ['after-commit']
  if (label.startsWith('execute ')) return ['after-effect']
  if (label.startsWith('patch ') || label.startsWith('evict ') || label.startsWith('delete ')) {
    return label.endsWith('(dry run)') ? ['after-read'] : ['after-effect']
  }
  return label.startsWith('get ') || label.startsWith('list ') ? ['after-read'] : []
}
