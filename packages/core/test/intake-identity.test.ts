import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fingerprintOf, normalizeLabels } from '../src/engine/intake/identity.ts'
import { alertBench } from './support/intake.ts'

it('gives equal sets of labels one fingerprint, in whatever order they come and with whatever empty ones', () => {
  const name = fc.oneof(fc.constantFrom('alertname', 'pod', '10', '9', '0'), fc.string())
  const labels = fc.uniqueArray(fc.tuple(name, fc.string()), { selector: ([label]) => label })
  const shuffled = labels.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
  )
  fc.assert(
    fc.property(shuffled, ([one, other]) => {
      const [first, second] = [one, other].map((entries) => normalizeLabels(Object.fromEntries(entries)))
      expect(second).toEqual(first)
      expect(fingerprintOf(second ?? {})).toBe(fingerprintOf(first ?? {}))
      expect(Object.values(first ?? {})).not.toContain('')
    }),
  )
})

it('redacts an annotation of every alert, whatever the alert before it held', async () => {
  const bench = await alertBench()
  const summaries = [
    'all is well',
    'password=hunter22',
    'password=hunter22',
    'all is well',
    'all is well',
    'token=abcdefgh',
  ]
  await bench.ingest(
    summaries.map((summary, index) => ({
      labels: { alertname: 'A', pod: `pod-${index}` },
      annotations: { summary, password: summary },
      generatorUrl: `http://${index % 2 === 0 ? 'user:hunter22@' : ''}prometheus.example/graph`,
    })),
  )
  const stored = JSON.stringify(bench.alerts().map(({ annotations, generatorUrl }) => [annotations, generatorUrl]))
  expect(stored).not.toMatch(/hunter22|abcdefgh/)
  expect(stored.match(/"summary":"all is well"/g)).toHaveLength(3)
  expect(stored.match(/"password":"\[redacted:password\]"/g)).toHaveLength(6)
})
