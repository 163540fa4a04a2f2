import assert from 'node:assert/strict'
import type { ModelReply } from '@mendkit/core'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { anObjectRequest, aRequest, tools } from './requests.ts'
import { type PlayedAnswer, played, playedRequestId } from './situation.ts'
import type { LanguageModelSubject } from './subject.ts'

/** What a model makes of what it is answered. */
export const replyClauses: Contract<LanguageModelSubject> = [
  {
    says: 'answers text as it was written, whatever the bytes were split at',
    async check(make) {
      const { serve } = await make()
      for (const pace of ['whole', 'split'] as const) {
        const { model, requests } = await serve(played(prose, { pace }))
        const reply = await model.generate(aRequest(), callContext())
        assert.deepEqual(reply.content, { kind: 'text', text: 'Zürich – “no memory” 🚀\n\nDone.' })
        assert.equal(reply.finish, 'stop')
        assert.deepEqual(reply.answeredBy, { provider: model.provider, model: model.model })
        assert.deepEqual(reply.warnings, [])
        assert.equal(requests(), 1)
      }
    },
  },
  {
    says: 'names the request as the provider does',
    async check(make) {
      const { model } = await (await make()).serve(played(prose))
      assert.equal((await model.generate(aRequest(), callContext())).requestId, playedRequestId)
    },
  },
  {
    says: 'counts tokens as the provider does: all that was read and the cached part of it, all that was written and the thinking in it',
    async check(make) {
      const thinking = { text: 'Let me see.', sealed: 'c2VhbGVk' }
      const { model } = await (await make()).serve(played(prose, { thinking }))
      const { usage } = await model.generate(aRequest(), callContext())
      assert.equal(usage.inputTokens, 1_200)
      assert.equal(usage.cachedInputTokens, 1_024)
      assert.equal(usage.outputTokens, 345)
      // Not every provider counts thinking; who does must count it right.
      assert.ok(usage.thinkingTokens === undefined || usage.thinkingTokens === 45, `${usage.thinkingTokens} is not 45`)
    },
  },
  {
    says: 'leaves out usage that the provider did not count, and warns of it',
    async check(make) {
      const { serve } = await make()
      const { model } = await serve({ kind: 'reply', reply: { answer: prose, pace: 'whole' } })
      const { usage, warnings } = await model.generate(aRequest(), callContext())
      assert.deepEqual({ ...usage }, {})
      assert.ok(
        warnings.some((one) => /usage/i.test(one)),
        `no warning of the missing usage: ${warnings.join('; ')}`,
      )
    },
  },
  {
    says: 'answers a tool call with its input, and what was said beside',
    async check(make) {
      const call = { id: 'call_a1', name: 'pod_logs', input: '{"pod":"checkout-“1”","lines":20}' }
      const reply = await ask(make, { kind: 'tool-calls', pieces: ['I read ', 'the logs.'], calls: [call] })
      assert.deepEqual(reply.content, {
        kind: 'tool-calls',
        text: 'I read the logs.',
        calls: [{ id: 'call_a1', name: 'pod_logs', input: { pod: 'checkout-“1”', lines: 20 } }],
      })
      assert.equal(reply.finish, 'tool-calls')
    },
  },
  {
    says: 'answers several tool calls of one reply in order, each with its id',
    async check(make) {
      const calls = [1, 2, 3].map((lines) => ({
        id: `call_${lines}`,
        name: lines === 2 ? 'pod-events' : 'pod_logs',
        input: JSON.stringify({ pod: 'checkout-1', lines }),
      }))
      const { content } = await ask(make, { kind: 'tool-calls', pieces: [], calls })
      assert.deepEqual(content, {
        kind: 'tool-calls',
        text: '',
        calls: calls.map((call) => ({ ...call, input: JSON.parse(call.input) })),
      })
    },
  },
  {
    says: 'takes no words for the input of a tool, and no input for an empty one',
    async check(make) {
      const calls = ['', '{}', '{"pod":', '[1]', '"pod"'].map((input, index) => ({
        id: `call_${index}`,
        name: 'pod_logs',
        input,
      }))
      const { serve } = await make()
      for (const call of calls) {
        const { model } = await serve(played({ kind: 'tool-calls', pieces: [], calls: [call] }))
        const { content } = await model.generate(aRequest({ tools }), callContext())
        assert.ok(content.kind === 'tool-calls')
        const isEmpty = call.input === '' || call.input === '{}'
        const named = { id: call.id, name: call.name }
        assert.deepEqual(content.calls, [isEmpty ? { ...named, input: {} } : named])
      }
    },
  },
  {
    says: 'answers an object that was asked for, parsed',
    async check(make) {
      const pieces = ['{"cause":"no-', 'memory","citations":["e1","“e2” 🚀"]}']
      const { serve } = await make()
      const { model } = await serve(played({ kind: 'object', pieces }))
      const reply = await model.generate(anObjectRequest(), callContext())
      const object = { cause: 'no-memory', citations: ['e1', '“e2” 🚀'] }
      assert.deepEqual(reply.content, { kind: 'object', object })
      assert.equal(reply.finish, 'stop')
    },
  },
  {
    says: 'answers what was written in place of an object as text',
    async check(make) {
      const { serve } = await make()
      for (const written of ['The pod has no memory.', '["e1"]', '{"cause":']) {
        const { model } = await serve(played({ kind: 'object', pieces: [written] }))
        const { content } = await model.generate(anObjectRequest(), callContext())
        assert.deepEqual(content, { kind: 'text', text: written })
      }
    },
  },
  {
    says: 'answers text that looks like an object as text when no object was asked for',
    async check(make) {
      const { content } = await ask(make, { kind: 'text', pieces: ['{"cause":"unknown"}'] })
      assert.deepEqual(content, { kind: 'text', text: '{"cause":"unknown"}' })
    },
  },
  {
    says: 'answers a refusal as a refusal',
    async check(make) {
      const { serve } = await make()
      const { model } = await serve(played({ kind: 'refusal', pieces: ['I cannot ', 'help with that.'] }))
      const reply = await model.generate(anObjectRequest(), callContext())
      assert.equal(reply.content.kind, 'refusal')
      assert.equal(reply.finish, 'refusal')
    },
  },
  {
    says: 'says when text, an object or the input of a tool was cut at the limit, and gives what there is',
    async check(make) {
      const { serve } = await make()
      const text = await serve(played({ kind: 'text', pieces: ['The pod ', 'has'] }, { cut: true }))
      const half = await text.model.generate(aRequest(), callContext())
      assert.deepEqual([half.content, half.finish], [{ kind: 'text', text: 'The pod has' }, 'length'])
      const object = await serve(played({ kind: 'object', pieces: ['{"cause":"no-mem'] }, { cut: true }))
      const broken = await object.model.generate(anObjectRequest(), callContext())
      assert.deepEqual([broken.content, broken.finish], [{ kind: 'text', text: '{"cause":"no-mem' }, 'length'])
      const call = { id: 'call_1', name: 'pod_logs', input: '{"pod":"check' }
      const calls = await serve(played({ kind: 'tool-calls', pieces: [], calls: [call] }, { cut: true }))
      const reply = await calls.model.generate(aRequest({ tools }), callContext())
      assert.deepEqual(reply.content, { kind: 'tool-calls', text: '', calls: [{ id: 'call_1', name: 'pod_logs' }] })
      assert.equal(reply.finish, 'length')
    },
  },
  {
    says: 'keeps two calls at the same time apart',
    async check(make) {
      const { serve } = await make()
      const { model, proceed, requests } = await serve(played(prose, { pace: 'held' }))
      const told: string[][] = [[], []]
      let begun = 0
      const replies = await Promise.all(
        told.map((texts) => {
          const onProgress = (progress: { kind: string; delta?: string }) => {
            texts.push(progress.delta ?? '')
            if (texts.length === 1) begun += 1
            if (begun === 2) proceed()
          }
          return model.generate(aRequest(), { ...callContext(), onProgress })
        }),
      )
      const [one, other] = replies
      assert.deepEqual(one?.content, other?.content)
      assert.deepEqual(
        told.map((texts) => texts.join('')),
        Array(2).fill('Zürich – “no memory” 🚀\n\nDone.'),
      )
      assert.equal(requests(), 2)
    },
  },
]

const prose: PlayedAnswer = { kind: 'text', pieces: ['Zürich – ', '“no memory” 🚀\n\n', 'Done.'] }

async function ask(make: () => Promise<LanguageModelSubject>, answer: PlayedAnswer): Promise<ModelReply> {
  const { model } = await (await make()).serve(played(answer))
  return await model.generate(aRequest(answer.kind === 'tool-calls' ? { tools } : {}), callContext())
}
