import assert from 'node:assert/strict'
import type { Heartbeat } from '@mendkit/core'
import { leaksNot, needed, rejectsWith } from './assertions.ts'
import { callContext } from './call-context.ts'
import type { Contract } from './contract.ts'

/** What the contract needs of a heartbeat. */
export interface HeartbeatSubject {
  /** One whose receiver takes everything. */
  readonly heartbeat: Heartbeat
  /** How many beats reached that receiver. */
  readonly received: () => number
  /** One whose receiver cannot be reached. */
  readonly unreachable?: Heartbeat
  /** One whose receiver refuses for good, and tells everything that it was sent. */
  readonly refused?: Heartbeat
  /** One whose receiver never answers. */
  readonly hanging?: Heartbeat
  /** What all of them use to prove who they are; a part of the address counts. */
  readonly secret?: string
}

/** What every heartbeat promises. */
export const heartbeatContract: Contract<HeartbeatSubject> = [
  {
    says: 'has spec 1, an id, and an interval of a second to a day',
    async check(make) {
      const { heartbeat } = await make()
      assert.equal(heartbeat.spec, 1)
      assert.notEqual(heartbeat.id, '')
      assert.ok(Number.isInteger(heartbeat.everyMs), 'everyMs is no whole number')
      assert.ok(heartbeat.everyMs >= 1_000 && heartbeat.everyMs <= 86_400_000, `${heartbeat.everyMs} ms is no interval`)
    },
  },
  {
    says: 'brings each beat to the receiver once, and sends none by itself',
    async check(make) {
      const { heartbeat, received } = await make()
      assert.equal(received(), 0)
      await heartbeat.beat(callContext())
      await heartbeat.beat(callContext())
      assert.equal(received(), 2)
    },
  },
  {
    says: 'throws unavailable when the receiver cannot be reached',
    async check(make) {
      await rejectsWith(needed((await make()).unreachable, 'unreachable').beat(callContext()), 'unavailable')
    },
  },
  {
    says: 'throws rejected when the receiver refuses for good',
    async check(make) {
      await rejectsWith(needed((await make()).refused, 'refused').beat(callContext()), 'rejected')
    },
  },
  {
    says: 'rejects with the abort reason itself when the caller aborts',
    async check(make) {
      const hanging = needed((await make()).hanging, 'hanging')
      const reason = new Error('enough')
      const stop = new AbortController()
      const beating = hanging.beat(callContext({ signal: stop.signal }))
      setImmediate(() => stop.abort(reason))
      await assert.rejects(beating, (error) => error === reason)
    },
  },
  {
    says: 'never shows its secret in an error',
    async check(make) {
      const { refused, unreachable, secret: given } = await make()
      const secret = needed(given, 'secret')
      for (const failing of [needed(refused, 'refused'), needed(unreachable, 'unreachable')]) {
        leaksNot(await failing.beat(callContext()).catch((error: unknown) => error), secret)
      }
    },
  },
]
