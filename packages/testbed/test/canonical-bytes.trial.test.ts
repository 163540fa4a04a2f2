import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditDraft, emptyAuditHead, sealEntries } from '@mendkit/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findLogJudge } from '../src/build/find-servers.ts'
import { aValue, chanceOf, type JsonValue, written } from './support/json-values.ts'

const isRequired = process.env['MENDKIT_REQUIRE_SERVERS'] === '1'
const judge = findLogJudge()
if (judge === undefined && !isRequired)
  console.log('Skipping canonical bytes against another implementation; not built: log-judge. Run: pnpm testbed build')

/** Values of an entry, and how many entries: what is compared are the stored bytes of entries. */
const [each, entries] = [10, 10_000]

const draft = (mark: number, values: unknown): AuditDraft => ({
  type: 'incident-relapsed',
  at: 1_767_225_600_000 + mark,
  salt: mark.toString(16).padStart(32, '0'),
  actor: { kind: 'engine', id: 'engine' },
  subject: { kind: 'incident', id: 'inc_1' },
  // The bytes of entries are made in one way, whatever data they have.
  data: { values } as unknown as { relapses: number },
  blobs: {},
})

function sealed(drafts: readonly AuditDraft[]): readonly string[] {
  return sealEntries('acme', emptyAuditHead, drafts).records.map(({ bytes }) => Buffer.from(bytes).toString())
}

/** What the judge makes of these texts; "refused" for one that has no canonical form. */
function judged(texts: readonly string[]): readonly string[] {
  if (judge === undefined) throw new Error('log-judge is not built; run: pnpm testbed build')
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-canonical-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'texts'), `${texts.join('\n')}\n`)
  const { stdout, stderr, status } = spawnSync(judge, ['canonical', join(folder, 'texts')], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  })
  if (status !== 0) throw new Error(stderr)
  return stdout.trimEnd().split('\n')
}

describe.skipIf(judge === undefined && !isRequired)('canonical bytes (needs log-judge)', () => {
  test('of 100,000 values in entries are those of another implementation of RFC 8785', () => {
    const seed = Number(process.env['MENDKIT_CANONICAL_SEED'] ?? 8_785)
    console.log(`values in canonical form: seed ${seed} (MENDKIT_CANONICAL_SEED)`)
    const below = chanceOf(seed)
    const values = Array.from({ length: entries }, () => Array.from({ length: each }, () => aValue(below)))
    const drafts = values.map((list, mark) => draft(mark, list))
    const ours = sealed(drafts)
    let prev = emptyAuditHead.last
    const texts = drafts.map(({ at, ...rest }, seq) => {
      const { values: list } = rest.data as unknown as { values: readonly JsonValue[] }
      const around = { v: 1, log: 'acme', seq, ts: new Date(at).toISOString(), ...rest, prev } as unknown
      prev = /"prev":"([0-9a-f]{64})"/.exec(ours[seq + 1] ?? '')?.[1] ?? ''
      return written({ ...(around as Record<string, JsonValue>), data: { values: list } }, below)
    })
    const theirs = judged(texts)
    expect(theirs).toHaveLength(entries)
    const differing = ours.findIndex((text, at) => text !== theirs[at])
    if (differing >= 0) expect(ours[differing], `entry ${differing}`).toBe(theirs[differing])
  }, 120_000)

  test('are refused where RFC 8785 has none: half a surrogate pair, and what is no number', () => {
    for (const bad of ['\ud800', 'a\udc00', '\ude00\ud83d']) {
      const escaped = [...Array(bad.length).keys()].map(
        (at) => `\\u${bad.charCodeAt(at).toString(16).padStart(4, '0')}`,
      )
      expect(judged([`{"a":"${escaped.join('')}"}`])).toEqual(['refused'])
      expect(() => sealed([draft(1, bad)])).toThrow(/surrogate/i)
      expect(() => sealed([draft(1, { [bad]: 1 })])).toThrow(/surrogate/i)
    }
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) expect(() => sealed([draft(1, bad)])).toThrow()
  })
})
