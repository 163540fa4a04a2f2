import assert from 'node:assert/strict'
import type { EvidenceRequest, EvidenceSource, FactKind, IncidentView, Reading, Symptom } from '@mendkit/core'
import { leaksNot, needed, rejectsWith } from './assertions.ts'
import { callContext } from './call-context.ts'
import type { Contract } from './contract.ts'

/** What the contract needs of an evidence source. */
export interface EvidenceSubject {
  readonly source: EvidenceSource
  /** An incident and its symptoms for which the source gathers at least one reading. */
  readonly incident: IncidentView
  readonly symptoms: readonly Symptom[]
  /** Requests that answer with facts, at least one per tool; the world behind them stands still. */
  readonly answered: readonly EvidenceRequest[]
  /** A request for something that is gone. */
  readonly gone?: EvidenceRequest
  /** A source that cannot be reached, asked with the requests of `answered`. */
  readonly unreachable?: EvidenceSource
  /** A source whose credentials, which hold `secret`, are refused; asked with the requests of `answered`. */
  readonly rejected?: EvidenceSource
  readonly secret?: string
}

/** What every evidence source promises. */
export const evidenceContract: Contract<EvidenceSubject> = [
  {
    says: 'has spec 1, an id, and tools with different dotted names, descriptions and JSON schemas',
    async check(make) {
      const { source } = await make()
      assert.equal(source.spec, 1)
      assert.notEqual(source.id, '')
      assert.equal(new Set(source.tools.map((tool) => tool.name)).size, source.tools.length)
      for (const tool of source.tools) {
        assert.match(tool.name, /^[a-z0-9-]+(\.[a-z0-9-]+)+$/)
        assert.notEqual(tool.description, '')
        const schema = tool.input['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
        assert.equal(schema['type'], 'object')
      }
    },
  },
  {
    says: 'gathers only by its own tools, with inputs that their schemas accept',
    async check(make) {
      const { source, incident, symptoms } = await make()
      const requests = await source.gather(incident, symptoms, callContext())
      assert.ok(requests.length > 0, 'the subject must be one for which something is gathered')
      for (const request of requests) {
        const result = await toolOf(source, request).input['~standard'].validate(request.input)
        assert.equal(result.issues, undefined)
      }
    },
  },
  {
    says: 'gathers the same for the same incident',
    async check(make) {
      const { source, incident, symptoms } = await make()
      const first = await source.gather(incident, symptoms, callContext())
      assert.deepEqual(await source.gather(incident, symptoms, callContext()), first)
    },
  },
  {
    says: 'answers every tool with facts that survive storing',
    async check(make) {
      const { source, answered } = await make()
      const tools = new Set(answered.map((request) => request.tool))
      assert.deepEqual([...tools].toSorted(), source.tools.map((tool) => tool.name).toSorted())
      for (const request of answered) {
        const reading = await read(source, request)
        assert.ok(reading.facts.length > 0, `${request.tool} answered without facts`)
        assert.deepEqual(JSON.parse(JSON.stringify(reading)), reading)
        for (const fact of reading.facts) {
          assert.match(fact.name, /^[a-z0-9-]+(\.[a-z0-9-]+)+/)
          assert.ok(kinds.includes(fact.kind))
        }
      }
    },
  },
  {
    says: 'finds the same facts again in a world that stands still',
    async check(make) {
      const { source, answered } = await make()
      for (const request of answered) {
        const first = await read(source, request)
        assert.deepEqual(comparable(await read(source, request)), comparable(first))
      }
    },
  },
  {
    says: 'refuses an input that its schema does not accept with invalid',
    async check(make) {
      const { source, answered } = await make()
      for (const { tool } of answered) await rejectsWith(read(source, { tool, input: { nothing: [1] } }), 'invalid')
    },
  },
  {
    says: 'rejects with the abort reason itself when the caller aborts',
    async check(make) {
      const { source, answered } = await make()
      for (const request of answered) {
        const reason = new Error('enough')
        const ctx = callContext({ signal: AbortSignal.abort(reason) })
        await assert.rejects(toolOf(source, request).read(request.input, ctx), (error) => error === reason)
      }
    },
  },
  {
    says: 'throws not-found for something that is gone',
    async check(make) {
      const { source, gone } = await make()
      await rejectsWith(read(source, needed(gone, 'gone')), 'not-found')
    },
  },
  {
    says: 'throws unavailable when the other side cannot be reached',
    async check(make) {
      const { unreachable, answered } = await make()
      for (const request of answered) {
        await rejectsWith(read(needed(unreachable, 'unreachable'), request), 'unavailable')
      }
    },
  },
  {
    says: 'throws rejected for refused credentials and never shows them',
    async check(make) {
      const { rejected, secret, answered } = await make()
      for (const request of answered) {
        const error = await rejectsWith(read(needed(rejected, 'rejected'), request), 'rejected')
        leaksNot(error, needed(secret, 'secret'))
      }
    },
  },
]

const kinds: readonly FactKind[] = ['status', 'spec', 'metric', 'event', 'log', 'change', 'alert']

function toolOf(source: EvidenceSource, request: EvidenceRequest) {
  const tool = source.tools.find((each) => each.name === request.tool)
  assert.ok(tool !== undefined, `${source.id} has no tool ${request.tool}`)
  return tool
}

async function read(source: EvidenceSource, request: EvidenceRequest): Promise<Reading> {
  return await toolOf(source, request).read(request.input, callContext())
}

/** A reading's facts without when they were observed. */
function comparable(reading: Reading) {
  return reading.facts.map(({ name, kind, value, resource, holds }) => ({ name, kind, value, resource, holds }))
}
