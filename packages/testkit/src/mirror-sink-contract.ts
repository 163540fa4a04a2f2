import assert from 'node:assert/strict'
import { emptyAuditHead, type MirrorBatch, type MirrorSink, sealEntries, toEvent } from '@mendkit/core'
import { leaksNot, needed, rejectsWith } from './assertions.ts'
import { callContext } from './call-context.ts'
import type { Contract } from './contract.ts'
import { aDraft } from './store/rows.ts'

/** What the contract needs of a sink. */
export interface MirrorSinkSubject {
  /** One whose receiver takes everything. */
  readonly sink: MirrorSink
  /** Numbers of the entries of a tenant that the receiver has, in the order in which they came. */
  readonly received: (tenant: string) => Promise<readonly number[]>
  /** One whose receiver cannot be reached. */
  readonly unreachable?: MirrorSink
  /** One whose receiver refuses for good, and tells everything that it was sent. */
  readonly refused?: MirrorSink
  /** One whose receiver takes nothing now, and asks to wait for seven seconds. */
  readonly busy?: MirrorSink
  /** One whose receiver never answers. */
  readonly hanging?: MirrorSink
  /** What all of them use to prove who they are; a part of the address counts. */
  readonly secret?: string
}

/** Entries `from` to `to` of a log, as the engine sends them. */
export function aMirrorBatch(from: number, to: number, tenant = 'acme'): MirrorBatch {
  const drafts = Array.from({ length: to + 1 }, (_, index) => aDraft(index + 1))
  const { records } = sealEntries(tenant, emptyAuditHead, drafts)
  return { tenant, entries: records.slice(from).map((record) => ({ ...record, event: toEvent(record, new Map()) })) }
}

/** What every mirror sink promises. */
export const mirrorSinkContract: Contract<MirrorSinkSubject> = [
  {
    says: 'has spec 1, an id, and batches of 1 to 1,000 entries',
    async check(make) {
      const { sink } = await make()
      assert.equal(sink.spec, 1)
      assert.notEqual(sink.id, '')
      const { maxEntries = 100 } = sink
      assert.ok(Number.isInteger(maxEntries) && maxEntries >= 1 && maxEntries <= 1_000, `${maxEntries} is no batch`)
    },
  },
  {
    says: 'has brought every entry of a batch to the receiver, in order, when it resolves',
    async check(make) {
      const { sink, received } = await make()
      await sink.write(aMirrorBatch(0, 2), callContext())
      assert.deepEqual(await received('acme'), [0, 1, 2])
      await sink.write(aMirrorBatch(3, 3), callContext())
      await sink.write(aMirrorBatch(0, 1, 'globex'), callContext())
      assert.deepEqual(await received('acme'), [0, 1, 2, 3])
      assert.deepEqual(await received('globex'), [0, 1])
    },
  },
  {
    says: 'takes a batch that comes again',
    async check(make) {
      const { sink, received } = await make()
      for (let times = 0; times < 2; times += 1) await sink.write(aMirrorBatch(0, 1), callContext())
      assert.deepEqual([...new Set(await received('acme'))], [0, 1])
    },
  },
  {
    says: 'throws unavailable when the receiver cannot be reached',
    async check(make) {
      const { unreachable } = await make()
      await rejectsWith(needed(unreachable, 'unreachable').write(aMirrorBatch(0, 1), callContext()), 'unavailable')
    },
  },
  {
    says: 'throws rejected when the receiver refuses for good',
    async check(make) {
      await rejectsWith(needed((await make()).refused, 'refused').write(aMirrorBatch(0, 1), callContext()), 'rejected')
    },
  },
  {
    says: 'throws unavailable with the wait that the receiver asked for',
    async check(make) {
      const busy = needed((await make()).busy, 'busy')
      const error = await rejectsWith(busy.write(aMirrorBatch(0, 1), callContext()), 'unavailable')
      assert.equal(error.retryAfterMs, 7_000)
    },
  },
  {
    says: 'rejects with the abort reason itself when the caller aborts',
    async check(make) {
      const hanging = needed((await make()).hanging, 'hanging')
      const reason = new Error('enough')
      const stop = new AbortController()
      const writing = hanging.write(aMirrorBatch(0, 1), callContext({ signal: stop.signal }))
      setImmediate(() => stop.abort(reason))
      await assert.rejects(writing, (error) => error === reason)
    },
  },
  {
    says: 'never shows its secret in an error',
    async check(make) {
      const { refused, unreachable, secret: given } = await make()
      const secret = needed(given, 'secret')
      for (const failing of [needed(refused, 'refused'), needed(unreachable, 'unreachable')]) {
        leaksNot(await failing.write(aMirrorBatch(0, 1), callContext()).catch((error: unknown) => error), secret)
      }
    },
  },
]
