import type { Peer } from '../peer.ts'
import type { Point } from '../points.ts'
import type { SelfKill } from './orders.ts'

/** The points of one host's life. */
export interface Points {
  /** To be called at every point. Does not come back where this life ends. */
  reach(point: Point): Promise<void>
  /** Counts the point like `reach`, and answers whether this is where the life ends; then `end` has to be called. */
  isReached(point: Point): boolean
  end(): Promise<void>
}

/** Kills or stops this very process at a point, from inside, so that not one more of its instructions runs. */
export function selfKill(kill: SelfKill | undefined, driver: Pick<Peer, 'tell'>): Points {
  let hits = 0
  const isReached = (point: Point) => {
    if (point !== kill?.point) return false
    hits += 1
    return hits === kill.hit
  }
  const end = async () => {
    if (kill === undefined) return
    await driver.tell('reached', kill.point)
    process.kill(process.pid, kill.signal)
  }
  return { isReached, end, reach: async (point) => (isReached(point) ? end() : undefined) }
}
