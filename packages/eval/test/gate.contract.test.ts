import { type EvidenceSource, MendkitError } from '@mendkit/core'
import {
  callContext,
  evidenceContract,
  holdsTo,
  languageModelContract,
  randomContract,
  scriptedModelSubject,
} from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { gatedIntegration, gatedModel, openGate } from '../src/play/gate.ts'
import { seededRandom } from '../src/play/seeded-random.ts'

const incident = {
  tenant: 'default',
  id: 'inc_1',
  cluster: 'shop',
  phase: 'diagnosing',
  title: 'Slow',
  openedAt: 0,
  relapses: 0,
} as const
const input = z.strictObject({ name: z.string() })
const asked = { tool: 'queue.depth', input: { name: 'orders' } }

/** A source of one tool, behind a gate. */
function gated(fails: () => void = () => undefined, gate = openGate()): EvidenceSource {
  const source: EvidenceSource = {
    spec: 1,
    id: 'queue',
    gather: async () => [asked],
    tools: [
      {
        name: 'queue.depth',
        description: 'reads a queue',
        input,
        async read(given, { signal }) {
          signal.throwIfAborted()
          fails()
          const { data } = input.safeParse(given)
          if (data === undefined) throw new MendkitError('invalid', 'name is needed')
          if (data.name !== 'orders') throw new MendkitError('not-found', 'there is no such queue')
          return { facts: [{ name: 'queue.depth', kind: 'metric', value: 9 }] }
        },
      },
    ],
  }
  const [behind] = gatedIntegration({ evidence: [source] }, gate).evidence ?? []
  if (behind === undefined) throw new Error('the gate let no source through')
  return behind
}

function failing(code: 'unavailable' | 'rejected'): EvidenceSource {
  return gated(() => {
    throw new MendkitError(code, 'the queue did not answer')
  })
}

holdsTo(test, 'seededRandom', randomContract, async () => ({ random: seededRandom('one') }))

holdsTo(test, 'gatedModel', languageModelContract, async () =>
  scriptedModelSubject((model) => gatedModel(model, openGate())),
)

holdsTo(test, 'the evidence of gatedIntegration', evidenceContract, async () => ({
  source: gated(),
  incident,
  symptoms: [],
  answered: [asked],
  gone: { tool: 'queue.depth', input: { name: 'nobody' } },
  unreachable: failing('unavailable'),
  rejected: failing('rejected'),
  secret: 'token-that-nobody-may-see',
}))

test('a gate counts a reading while it is under way, also one that fails', async () => {
  const gate = openGate()
  const during: number[] = []
  const source = gated(() => {
    during.push(gate.open())
    throw new MendkitError('unavailable', 'the queue did not answer')
  }, gate)
  await expect(source.tools[0]?.read(asked.input, callContext())).rejects.toThrow('did not answer')
  expect([...during, gate.open()]).toEqual([1, 0])
})

test('the same seed gives the same chance, and another seed another', () => {
  const drawn = (seed: string) => {
    const random = seededRandom(seed)
    return [random.hex(8), random.number()]
  }
  expect(drawn('one')).toEqual(drawn('one'))
  expect(drawn('one')).not.toEqual(drawn('two'))
})
