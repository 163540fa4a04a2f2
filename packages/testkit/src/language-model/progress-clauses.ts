import assert from 'node:assert/strict'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { aRequest, joined, listening, tools } from './requests.ts'
import { type PlayedAnswer, played } from './situation.ts'
import type { LanguageModelSubject } from './subject.ts'

/** What is told while a reply comes in, and how a call ends before its time. */
export const progressClauses: Contract<LanguageModelSubject> = [
  {
    says: 'tells text as it comes in, while the rest is not there yet',
    async check(make) {
      const { model, proceed } = await (await make()).serve(played(prose, { pace: 'held' }))
      const { told, ctx } = listening(() => proceed())
      const { content } = await model.generate(aRequest(), ctx)
      assert.ok(content.kind === 'text')
      assert.equal(joined(told, 'text'), content.text)
      assert.ok(told.length > 1, 'the whole text was told at once')
    },
  },
  {
    says: 'names tools as they are called, after what was said before',
    async check(make) {
      const calls = ['pod_logs', 'pod-events'].map((name, index) => ({ id: `call_${index}`, name, input: '{}' }))
      const { model } = await (await make()).serve(played({ kind: 'tool-calls', pieces: ['I look.'], calls }))
      const { told, ctx } = listening()
      await model.generate(aRequest({ tools }), ctx)
      assert.deepEqual(told, [
        { kind: 'text', delta: 'I look.' },
        { kind: 'tool-call', name: 'pod_logs' },
        { kind: 'tool-call', name: 'pod-events' },
      ])
    },
  },
  {
    says: 'tells thinking apart from text',
    async check(make) {
      const thinking = { text: 'Memory it is.', sealed: 'c2VhbGVk' }
      const { model } = await (await make()).serve(played(prose, { thinking }))
      const { told, ctx } = listening()
      await model.generate(aRequest(), ctx)
      assert.equal(joined(told, 'thinking'), 'Memory it is.')
      assert.equal(joined(told, 'text'), 'The pod has no memory.')
      assert.equal(told[0]?.kind, 'thinking')
    },
  },
  {
    says: 'fails with what a listener throws, and hangs up',
    async check(make) {
      const { model, hungUp } = await (await make()).serve(played(prose, { pace: 'stuck' }))
      const thrown = new Error('the view is gone')
      const { ctx } = listening(() => {
        throw thrown
      })
      await assert.rejects(model.generate(aRequest(), ctx), (error) => error === thrown)
      await hungUp()
    },
  },
  {
    says: 'sends nothing when it is aborted before the start, and rejects with the reason itself',
    async check(make) {
      const { model, requests } = await (await make()).serve(played(prose))
      const reason = new Error('enough')
      const call = model.generate(aRequest(), callContext({ signal: AbortSignal.abort(reason) }))
      await assert.rejects(call, (error) => error === reason)
      assert.equal(requests(), 0)
    },
  },
  {
    says: 'rejects with the abort reason itself, and hangs up, when nothing is answered',
    async check(make) {
      const { model, arrived, hungUp, requests } = await (await make()).serve({ kind: 'silent' })
      const stop = new AbortController()
      const reason = new Error('enough')
      const call = model.generate(aRequest(), callContext({ signal: stop.signal }))
      const aborted = arrived().then(() => stop.abort(reason))
      await assert.rejects(call, (error) => error === reason)
      await aborted
      await hungUp()
      assert.equal(requests(), 1)
    },
  },
  {
    says: 'rejects with the abort reason itself, and hangs up, within a reply',
    async check(make) {
      const { model, hungUp } = await (await make()).serve(played(prose, { pace: 'stuck' }))
      const stop = new AbortController()
      // Some callers abort with what is no error.
      const reason = { enough: true }
      const { ctx } = listening(() => stop.abort(reason))
      await assert.rejects(model.generate(aRequest(), { ...ctx, signal: stop.signal }), (error) => error === reason)
      await hungUp()
    },
  },
]

const prose: PlayedAnswer = { kind: 'text', pieces: ['The pod ', 'has no ', 'memory.'] }
