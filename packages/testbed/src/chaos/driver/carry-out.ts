import { setTimeout as delay } from 'node:timers/promises'
import { MendkitError } from '@mendkit/core'
import type { Kill } from '../kill.ts'
import { leaseMs } from '../times.ts'
import type { HostProcess } from './host-process.ts'
import { within } from './within.ts'

/** A host that has not come to its point by then is killed where it is, in milliseconds. */
const longestLifeMs = 2_000

/** Starts a host and ends it as told. Answers how many were killed. */
export async function carryOut(kill: Kill, start: (kill?: Kill) => HostProcess): Promise<number> {
  const host = start(kill)
  if (kill.at === 'pause') return pause(kill.thenMs, host, start)
  const lifeMs = kill.at === 'time' ? kill.afterMs : longestLifeMs
  // Killed by itself it may end before its program is known to be loaded.
  await Promise.race([host.loaded, host.ended])
  await within(lifeMs, host.ended, () => undefined)
  await end(host)
  return 1
}

/** Lets the leader sleep right before its call for two leases, in which another takes over; then both die. */
async function pause(thenMs: number, leader: HostProcess, start: () => HostProcess): Promise<number> {
  await leader.loaded
  await within(longestLifeMs, leader.reached, () => undefined)
  await leader.signal('SIGSTOP')
  const successor = start()
  await successor.loaded
  await delay(2 * leaseMs)
  await leader.signal('SIGCONT')
  await delay(thenMs)
  await end(leader)
  await delay(thenMs)
  await end(successor)
  return 2
}

/** Kills it, if it has not done so itself. Throws when it ended in any other way. */
async function end(host: HostProcess): Promise<void> {
  await host.signal('SIGKILL')
  const how = await host.ended
  if (how === 'SIGKILL') return
  throw new MendkitError('bad-response', `a host was to be killed, and ended with ${how}: ${host.complaints()}`)
}
