import type { Chance } from './chance.ts'
import type { FaultBook } from './fault.ts'
import { type Call, callOf, type Life } from './life.ts'
import type { Operation, Scheduler } from './scheduler.ts'

/** What every simulated port of one process is made with. */
export interface Ports {
  readonly life: Life
  readonly scheduler: Scheduler
  readonly chance: Chance
  readonly faults: FaultBook
  /** One call of this process to the outside. */
  call<Result>(call: Call<Result>): Promise<Result>
}

/** Something that no kill stops, such as a request on the wire. */
export const network = 'network'

/** A request on the wire arrives at most so much later than its sender gave up. */
const LATEST_ARRIVAL_MS = 90_000

/** The ports of a process. */
export function portsOf(life: Life, scheduler: Scheduler, chance: Chance, faults: FaultBook): Ports {
  return { life, scheduler, chance, faults, call: (call) => callOf(scheduler, life, call) }
}

/** Lets go of what nobody waits for any more: it is lost, or it happens all the same, later. */
export function abandon(scheduler: Scheduler, chance: Chance, operation: Operation): void {
  const { orphan, label, readyAt } = operation
  if (orphan === undefined || !(orphan.certain || chance.happens(0.5))) return
  scheduler.add({
    owner: network,
    label: `late ${label}`,
    readyAt: Math.max(readyAt, scheduler.now() + chance.below(LATEST_ARRIVAL_MS)),
    release: orphan.run,
  })
}

/** How long a call waits before it can be released, by the faults that strike it. */
export function delayOf(faults: ReturnType<FaultBook['meet']>): number {
  return faults.reduce((sum, fault) => (fault.kind === 'slow' || fault.kind === 'late' ? sum + fault.ms : sum), 0)
}
