import { hash } from 'node:crypto'
import { type AuditDraft, emptyAuditHead, entryText, sealEntries } from '@mendkit/core'
import { testSigner } from '@mendkit/testkit'
import canonicalize from 'canonicalize'
import { comparedRow, type Effort, type Row, statedRow } from '../row.ts'
import { draftsFrom, objectOf, tenant } from './drafts.ts'

const group = 100

/**
 * What an entry of a signed group of a hundred costs of processor time, part by part; and the canonical bytes that npm's
 * `canonicalize` makes of the same objects, which is what they must be equal to.
 */
export async function* parts({ rounds, smoke }: Effort): AsyncIterable<Row> {
  const drafts = draftsFrom(0, group)
  const objects = Array.from({ length: group }, (_, mark) => objectOf(mark))
  const bytes = sealEntries(tenant, emptyAuditHead, drafts).records.map((record) => record.bytes)
  const signer = testSigner()
  const note = Buffer.alloc(100, 1)
  const work = {
    entryText: () => drafts.map((draft, seq) => entryText(tenant, seq, emptyAuditHead.last, draft)),
    sealed: () => sealEntries(tenant, emptyAuditHead, drafts, { signer }),
    canonicalize: () => drafts.map((draft, seq) => canonicalize(entryOf(seq, draft))),
    stringify: () => objects.map((object) => JSON.stringify(object)),
    // As often as sealing does: the chain, the leaf, a node.
    hashes: () => bytes.map((each) => [hash('sha256', each), hash('sha256', each, 'buffer'), hash('sha256', node)]),
    sign: () => signer.sign(note),
  }
  const spent: Record<string, number[]> = {}
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(work)) {
      spent[name] = [...(spent[name] ?? []), microseconds(run, smoke ? 1 : 300) / group]
    }
  }
  const of = (name: keyof typeof work) => spent[name] ?? []
  yield statedRow('part of a signed append: sealing, all of it', 'CPU µs/entry', of('sealed'))
  yield statedRow('part of a signed append: three SHA-256', 'CPU µs/entry', of('hashes'))
  yield statedRow('part of a signed append: one Ed25519 signature a group', 'CPU µs/entry', of('sign'))
  yield statedRow('the same objects by JSON.stringify', 'CPU µs/entry', of('stringify'))
  const yardstick = { name: 'npm canonicalize', values: of('canonicalize') }
  yield comparedRow('part of a signed append: canonical bytes', 'CPU µs/entry', of('entryText'), yardstick, 2)
}

const node = Buffer.alloc(65, 1)

function entryOf(seq: number, { at, ...draft }: AuditDraft) {
  return { v: 1, log: tenant, seq, ts: new Date(at).toISOString(), ...draft, prev: emptyAuditHead.last }
}

function microseconds(run: () => unknown, leastMs: number): number {
  for (let warm = 0; warm < leastMs / 10; warm += 1) run()
  const began = process.cpuUsage()
  let count = 0
  for (let until = 1; ; until *= 2) {
    for (; count < until; count += 1) run()
    const { user, system } = process.cpuUsage(began)
    if (user + system >= leastMs * 1_000) return (user + system) / count
  }
}
