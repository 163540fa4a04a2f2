import assert from 'node:assert/strict'
import { type AnchorSink, parseCheckpoint } from '@mendkit/core'
import { leaksNot, needed, rejectsWith } from './assertions.ts'
import { callContext } from './call-context.ts'
import type { Contract } from './contract.ts'
import { testCheckpoint } from './store/log-key.ts'

/** What the contract needs of a sink. */
export interface AnchorSinkSubject {
  /** One that holds nothing yet. */
  readonly sink: AnchorSink
  /** Another one of the same place, as after a restart. */
  readonly again: () => Promise<AnchorSink>
  /** One whose place cannot be reached. */
  readonly unreachable?: AnchorSink
  /** One whose place never answers. */
  readonly hanging?: AnchorSink
  /** What all of them use to prove who they are. */
  readonly secret?: string
}

const ctx = callContext()
const origin = 'log.example/test/acme'
const at = 1_767_225_600_000
const note = (size: number, fill = 1, of = origin) => testCheckpoint({ origin: of, size, root: Buffer.alloc(32, fill) })

async function sizes(sink: AnchorSink, from: number, limit = 1_000, of = origin): Promise<readonly number[]> {
  return (await sink.list({ origin: of, from, limit }, ctx)).map((anchor) => parseCheckpoint(anchor.note).size)
}

/** What every anchor sink promises. */
export const anchorSinkContract: Contract<AnchorSinkSubject> = [
  {
    says: 'has spec 1, an id, what keeps its anchors, and a place',
    async check(make) {
      const { sink } = await make()
      assert.equal(sink.spec, 1)
      assert.notEqual(sink.id, '')
      assert.ok(['append-only', 'write-once', 'other'].includes(sink.keeps))
      const { where, apart } = await sink.place(ctx)
      assert.notEqual(where, '')
      assert.ok(['same-database', 'this-machine', 'elsewhere'].includes(apart))
    },
  },
  {
    says: 'gives back what it took, byte for byte, also after a restart',
    async check(make) {
      const { sink, again } = await make()
      assert.equal(await sink.latest(origin, ctx), undefined)
      assert.deepEqual(await sink.list({ origin, from: 0, limit: 10 }, ctx), [])
      await sink.put({ note: note(3), at }, ctx)
      await sink.put({ note: note(12), at: at + 1_000 }, ctx)
      for (const one of [sink, await again()]) {
        assert.equal((await one.latest(origin, ctx))?.note, note(12))
        const kept = await one.list({ origin, from: 0, limit: 10 }, ctx)
        assert.deepEqual(
          kept.map((anchor) => anchor.note),
          [note(3), note(12)],
        )
        assert.ok(kept.every((anchor) => Number.isFinite(anchor.at)))
      }
    },
  },
  {
    says: 'changes nothing when the same checkpoint comes again, also with other signatures',
    async check(make) {
      const { sink, again } = await make()
      await sink.put({ note: note(3), at }, ctx)
      await sink.put({ note: note(3), at: at + 1 }, ctx)
      await (await again()).put({ note: `${note(3)}— witness.example/w ${'A'.repeat(96)}\n`, at }, ctx)
      const kept = await sink.list({ origin, from: 0, limit: 10 }, ctx)
      assert.deepEqual(
        kept.map((anchor) => anchor.note),
        [note(3)],
      )
    },
  },
  {
    says: 'refuses another root of the same origin and size, and keeps what it had',
    async check(make) {
      const { sink, again } = await make()
      await sink.put({ note: note(3), at }, ctx)
      await sink.put({ note: note(9), at }, ctx)
      await rejectsWith(sink.put({ note: note(3, 2), at }, ctx), 'rejected')
      await rejectsWith((await again()).put({ note: note(9, 2), at }, ctx), 'rejected')
      const kept = await sink.list({ origin, from: 0, limit: 10 }, ctx)
      assert.deepEqual(
        kept.map((anchor) => anchor.note),
        [note(3), note(9)],
      )
    },
  },
  {
    says: 'keeps one of two different roots that come at once, and refuses the other',
    async check(make) {
      const { sink } = await make()
      const ends = await Promise.allSettled([1, 2].map((fill) => sink.put({ note: note(5, fill), at }, ctx)))
      assert.deepEqual(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
      assert.deepEqual(await sizes(sink, 0), [5])
    },
  },
  {
    says: 'tells logs apart by their whole origin',
    async check(make) {
      const { sink } = await make()
      const others = [`${origin}/b`, 'log.example/test/acm', 'log.example/test/%C3%A9', 'LOG.example/test/acme']
      await sink.put({ note: note(3), at }, ctx)
      for (const [index, other] of others.entries()) await sink.put({ note: note(4 + index, 2, other), at }, ctx)
      assert.deepEqual(await sizes(sink, 0), [3])
      for (const [index, other] of others.entries()) assert.deepEqual(await sizes(sink, 0, 10, other), [4 + index])
      assert.equal(await sink.latest('log.example/test', ctx), undefined)
    },
  },
  {
    says: 'lists from a size on, fewest entries first, page by page, however the anchors came',
    async check(make) {
      const { sink } = await make()
      for (const size of [1_000, 2, 90, 10]) await sink.put({ note: note(size), at }, ctx)
      assert.deepEqual(await sizes(sink, 0), [2, 10, 90, 1_000])
      assert.deepEqual(await sizes(sink, 10, 2), [10, 90])
      assert.deepEqual(await sizes(sink, 91), [1_000])
      assert.deepEqual(await sizes(sink, 1_001), [])
      assert.equal((await sink.latest(origin, ctx))?.note, note(1_000))
      await rejectsWith(sink.list({ origin, from: 0, limit: 1_001 }, ctx), 'invalid')
    },
  },
  {
    says: 'takes no text that is no checkpoint',
    async check(make) {
      const { sink } = await make()
      await rejectsWith(sink.put({ note: 'hello\n', at }, ctx), 'invalid')
      assert.deepEqual(await sizes(sink, 0), [])
    },
  },
  {
    says: 'throws unavailable when its place cannot be reached',
    async check(make) {
      const unreachable = needed((await make()).unreachable, 'unreachable')
      await rejectsWith(unreachable.put({ note: note(3), at }, ctx), 'unavailable')
      await rejectsWith(unreachable.latest(origin, ctx), 'unavailable')
      await rejectsWith(unreachable.list({ origin, from: 0, limit: 1 }, ctx), 'unavailable')
    },
  },
  {
    says: 'rejects with the abort reason itself when the caller aborts',
    async check(make) {
      const { sink, hanging } = await make()
      const reason = new Error('enough')
      const over = callContext({ signal: AbortSignal.abort(reason) })
      await assert.rejects(sink.put({ note: note(3), at }, over), (error) => error === reason)
      await assert.rejects(sink.latest(origin, over), (error) => error === reason)
      assert.deepEqual(await sizes(sink, 0), [])
      if (hanging === undefined) return
      const stop = new AbortController()
      const putting = hanging.put({ note: note(3), at }, callContext({ signal: stop.signal }))
      setImmediate(() => stop.abort(reason))
      await assert.rejects(putting, (error) => error === reason)
    },
  },
  {
    says: 'never shows its secret in an error, in its id or its place',
    async check(make) {
      const { sink, unreachable: given, secret: told } = await make()
      const [secret, unreachable] = [needed(told, 'secret'), needed(given, 'unreachable')]
      leaksNot(await unreachable.put({ note: note(3), at }, ctx).catch((error: unknown) => error), secret)
      leaksNot([sink.id, await sink.place(ctx)], secret)
    },
  },
]
