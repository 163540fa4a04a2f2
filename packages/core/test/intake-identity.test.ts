import fc from 'fast-check'
import { expect, it } from 'vitest'
import { labelFault } from '../src/engine/intake/check-labels.ts'
import { alertIds, fingerprintOf, labelsText, normalizeLabels } from '../src/engine/intake/identity.ts'
import { parseSettings } from '../src/engine/settings.ts'
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
      expect(fingerprintOf(labelsText(second ?? {}))).toBe(fingerprintOf(labelsText(first ?? {})))
      expect(Object.values(first ?? {})).not.toContain('')
    }),
  )
})

it('tells alerts apart by each of source, cluster, name and labels', () => {
  const fingerprints = [{ a: 'bc' }, { ab: 'c' }, { a: 'b"c' }, { a: 'b', c: 'd' }, { a: 'b","c":"d' }].map((labels) =>
    fingerprintOf(labelsText(labels)),
  )
  const ids = [
    ['am', 'prod', 'Down'],
    ['am', 'test', 'Down'],
    ['amp', 'rod', 'Down'],
    ['am', 'prodD', 'own'],
    ['am', 'prod', 'Down'],
  ].flatMap(([source = '', cluster = '', alertname = '']) => {
    const idOf = alertIds(source)
    return fingerprints.map((fingerprint) => idOf({ cluster, alertname }, fingerprint))
  })
  expect(new Set(ids).size).toBe(4 * fingerprints.length)
})

it('ends the ids of one name, source and cluster alike, and those of others otherwise', () => {
  const idOf = alertIds('am')
  const endOf = (cluster: string, alertname: string, value: string) =>
    idOf({ cluster, alertname }, fingerprintOf(value)).slice(-16)
  const ends = [
    endOf('prod', 'Down', 'a'),
    endOf('prod', 'Down', 'b'),
    endOf('prod', 'Full', 'a'),
    endOf('test', 'Full', 'a'),
    endOf('prod', 'Down', 'c'),
  ]
  expect(new Set(ends).size).toBe(3)
  expect(new Set([ends[0], ends[1], ends[4]]).size).toBe(1)
})

it('finds the label that is too long or no text, wherever it stands', () => {
  const limits = { ...parseSettings(undefined).intake, maxLabelBytes: 120 }
  const text = fc.oneof(
    fc.constantFrom(
      '',
      'pod',
      'NUL\0',
      '\ud800',
      'C:\\users',
      '\u0001',
      'é'.repeat(60),
      'é'.repeat(61),
      '€'.repeat(41),
    ),
    fc.string({ unit: 'binary' }),
  )
  const bad = (each: string) => !each.isWellFormed() || each.includes('\0')
  const long = (each: string) => Buffer.byteLength(each) > 120
  const labels = fc.dictionary(text, text, { noNullPrototype: true })
  fc.assert(
    fc.property(labels, (some) => {
      const given = { ...some, alertname: 'A' }
      const rules = Object.entries(given).map((both) =>
        both.some(long) ? 'label-size' : both.some(bad) ? 'text' : undefined,
      )
      const fault = labelFault(given, labelsText(given), limits)
      expect(fault?.rule).toBe(rules.find((rule) => rule !== undefined))
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
