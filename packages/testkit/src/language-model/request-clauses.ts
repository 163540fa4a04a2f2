import assert from 'node:assert/strict'
import { type ModelMessage, type ModelToolResult, redact, redactObject } from '@mendkit/core'
import { needed, rejectsWith } from '../assertions.ts'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { anObjectRequest, aRequest, outputSchema, toolInput, tools } from './requests.ts'
import { type ModelSituation, type PlayedAnswer, played } from './situation.ts'
import type { LanguageModelSubject, ReceivedResult } from './subject.ts'

/** What of a request reaches the other end. */
export const requestClauses: Contract<LanguageModelSubject> = [
  {
    says: 'asks the model that it names, with instructions, turns and token limit as they are',
    async check(make) {
      const { model, received } = await (await make()).serve(played(done))
      await model.generate(aRequest({ messages: conversation() }), callContext())
      const [request] = received()
      assert.equal(request?.model, model.model)
      assert.equal(request?.instructions, 'You find root causes.')
      assert.equal(request?.maxOutputTokens, 1_234)
      assert.deepEqual(request?.turns, [
        { role: 'user', text: 'Why does checkout crash? 🚀' },
        {
          role: 'assistant',
          text: 'I look.',
          toolCalls: [
            { id: 'call_1', name: 'pod_logs', input: { pod: 'checkout-1', lines: 5 } },
            { id: 'call_2', name: 'pod-events', input: {} },
          ],
          sealed: [],
        },
        {
          role: 'tool',
          results: request?.turns[2]?.role === 'tool' ? request.turns[2].results : [],
        },
        { role: 'user', text: 'Answer now.' },
      ])
    },
  },
  {
    says: 'gives every result of a tool to its call, and tells apart those that failed',
    async check(make) {
      const { serve } = await make()
      const told: (readonly ReceivedResult[])[] = []
      for (const failed of [false, true]) {
        const { model, received } = await serve(played(done))
        await model.generate(aRequest({ messages: conversation({ failed }) }), callContext())
        const turn = received()[0]?.turns[2]
        assert.ok(turn?.role === 'tool')
        assert.deepEqual(
          turn.results.map((result) => result.callId),
          ['call_1', 'call_2'],
        )
        assert.ok(turn.results[0]?.text.includes('OOMKilled “137”'), 'the text of a result is not there')
        assert.ok(turn.results[1]?.text.includes('no events'), 'the text of a result is not there')
        told.push(turn.results)
      }
      assert.deepEqual(told[0]?.[1], told[1]?.[1])
      assert.notDeepEqual(told[0]?.[0], told[1]?.[0], 'a tool that failed looks like one that did not')
    },
  },
  {
    says: 'offers tools with their descriptions and schemas, and says whether one may, must or must not be called',
    async check(make) {
      const { serve } = await make()
      for (const toolChoice of ['auto', 'required', 'none'] as const) {
        const { model, received } = await serve(played(done))
        await model.generate(aRequest({ tools, toolChoice }), callContext())
        const [request] = received()
        // What may not be called need not be offered.
        if (toolChoice === 'none' && request?.tools.length === 0) continue
        assert.deepEqual(
          request?.tools,
          tools.map(({ name, description }) => ({ name, description: String(description), input: toolInput })),
        )
        assert.ok(request?.toolChoice === toolChoice || (toolChoice === 'auto' && request?.toolChoice === undefined))
      }
    },
  },
  {
    says: 'holds the reply to the schema of the object that is asked for, also beside tools',
    async check(make) {
      const { serve } = await make()
      for (const offered of [[], tools]) {
        const { model, received } = await serve(
          played({ kind: 'object', pieces: ['{"cause":"unknown","citations":[]}'] }),
        )
        const { content } = await model.generate(anObjectRequest({ tools: offered }), callContext())
        assert.equal(content.kind, 'object')
        assert.deepEqual(received()[0]?.outputSchema, outputSchema)
      }
    },
  },
  {
    says: 'asks for no object and offers no tool unless it is told to',
    async check(make) {
      const { model, received } = await (await make()).serve(played(done))
      await model.generate(aRequest(), callContext())
      const [request] = received()
      assert.deepEqual([request?.outputSchema, request?.tools], [undefined, []])
    },
  },
  {
    says: 'takes a schema that its provider cannot enforce, and then warns or leaves it to the provider',
    async check(make) {
      const open = { type: 'object', properties: { cause: { type: 'string', minLength: 1 } } } as const
      const { model, requests } = await (await make()).serve(played({ kind: 'object', pieces: ['{"cause":"x"}'] }))
      const output = { name: 'open', schema: redactObject(open) }
      const { content } = await model.generate(aRequest({ output }), callContext())
      assert.deepEqual(content, { kind: 'object', object: { cause: 'x' } })
      assert.equal(requests(), 1)
    },
  },
  {
    says: 'gives back what it must not lose between turns, unchanged and in its place',
    async check(make) {
      const { model, received } = await (await make()).serve(thinking)
      const { continuation } = await model.generate(aRequest({ tools }), callContext())
      assert.ok(continuation !== undefined, 'thinking was sealed, and there is no continuation')
      assert.equal(continuation.provider, model.provider)
      const kept = JSON.parse(JSON.stringify(continuation))
      assert.deepEqual(kept, continuation, 'a continuation must survive being stored as JSON')
      await model.generate(aRequest({ tools, messages: conversation({ continuation: kept }) }), callContext())
      const turn = received()[1]?.turns[1]
      assert.ok(turn?.role === 'assistant')
      assert.deepEqual(turn.sealed, ['c2VhbGVkIHRoaW5raW5n'])
      assert.deepEqual(
        turn.toolCalls.map(({ id }) => id),
        ['call_1', 'call_2'],
      )
    },
  },
  {
    says: 'ignores what another provider wants back, and what it cannot have made itself',
    async check(make) {
      const { serve } = await make()
      const first = await serve(played(done))
      for (const provider of ['somebody-else', first.model.provider]) {
        const { model, received } = await serve(played(done))
        const continuation = { provider, data: { thinking: 'not mine', list: [1, { type: 'item' }] } }
        await model.generate(aRequest({ tools, messages: conversation({ continuation }) }), callContext())
        const turn = received()[0]?.turns[1]
        assert.ok(turn?.role === 'assistant')
        assert.deepEqual(turn.sealed, [])
        assert.equal(JSON.stringify(received()).includes('not mine'), false)
      }
    },
  },
  {
    says: 'throws unsupported, and sends nothing, for tools and schemas that it says it does not have',
    async check(make) {
      const { model, requests } = await needed((await make()).plain, 'plain')()
      assert.deepEqual({ ...model.capabilities }, { tools: false, structuredOutput: false })
      await rejectsWith(model.generate(aRequest({ tools }), callContext()), 'unsupported')
      await rejectsWith(model.generate(anObjectRequest(), callContext()), 'unsupported')
      assert.equal(requests(), 0)
      const { content } = await model.generate(aRequest(), callContext())
      assert.equal(content.kind, 'text')
    },
  },
]

const done: PlayedAnswer = { kind: 'text', pieces: ['Done.'] }

const thinking: ModelSituation = played(
  {
    kind: 'tool-calls',
    pieces: [],
    calls: [
      { id: 'call_1', name: 'pod_logs', input: '{"pod":"checkout-1","lines":5}' },
      { id: 'call_2', name: 'pod-events', input: '{}' },
    ],
  },
  { thinking: { text: 'Logs first.', sealed: 'c2VhbGVkIHRoaW5raW5n' } },
)

/** A conversation with every kind of turn. */
function conversation(
  given: Partial<Pick<ModelToolResult, 'failed'>> &
    Pick<Extract<ModelMessage, { role: 'assistant' }>, 'continuation'> = {},
): readonly ModelMessage[] {
  const { failed = false, continuation } = given
  return [
    { role: 'user', text: redact('Why does checkout crash? 🚀') },
    {
      role: 'assistant',
      text: redact('I look.'),
      toolCalls: [
        { id: 'call_1', name: 'pod_logs', input: redactObject({ pod: 'checkout-1', lines: 5 }) },
        { id: 'call_2', name: 'pod-events', input: redactObject({}) },
      ],
      ...(continuation !== undefined && { continuation }),
    },
    {
      role: 'tool',
      results: [
        { callId: 'call_1', name: 'pod_logs', text: redact('OOMKilled “137”'), failed },
        { callId: 'call_2', name: 'pod-events', text: redact('no events'), failed: false },
      ],
    },
    { role: 'user', text: redact('Answer now.') },
  ]
}
