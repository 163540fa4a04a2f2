import { blobDigest, redact, type Store, verifierKeyOf, verifierKeyText } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext, testSigner, virtualClock } from '@mendkit/testkit'
import { aChange, aDraft, anAlert, anIncident, aSetting, counts, tenant } from './rows.ts'

/** The log's key, and the verifier key that whoever restores trusts. */
export const signer = testSigner()
export const trust = [verifierKeyText(verifierKeyOf(signer))]

const ctx = callContext()

/** Words that databases store in their own ways. */
const words = 'quotes \' " and \\ , a zero-width joiner \u200d, 日本語, 🦊, a line\nbreak and e\u0301'

/** A store with the log's key, open until it is closed. */
export async function openSigned(source: string): Promise<Store> {
  const store = sqlStore(source)
  await store.open({ clock: virtualClock(), signer }, ctx)
  return store
}

/** Whose rows there are. */
const everybody = [tenant, 'Ünïcode & co/2@x'] as const

/** Rows in every table, of two tenants, with logs of more than one tile. Answers the last checkpoint of the first. */
export async function fill(
  source: string,
  entries: number = 300,
  of: readonly [string, ...string[]] = everybody,
): Promise<string> {
  const store = await openSigned(source)
  for (const one of of) {
    const salt = 'ab'.repeat(16)
    const text = redact(words)
    const theirs = <Row>(row: Row): Row => ({ ...row, tenant: one })
    const change = (given: Parameters<typeof aChange>[0]) => theirs(aChange(given))
    await store.commit(
      change({
        put: [
          { kind: 'document', table: 'incident', row: theirs(anIncident('inc_1')) },
          { kind: 'document', table: 'setting', row: theirs({ ...aSetting('words', 0), value: { words } }) },
          { kind: 'alerts', rows: ['a1', 'a2', 'a3'].map((id) => theirs(anAlert(id))) },
          { kind: 'blob', blob: theirs({ tenant, digest: blobDigest(salt, text), salt, text }) },
          { kind: 'correlation-key', cluster: 'prod', key: words, incidentId: 'inc_1', from: 1, until: 2 },
          { kind: 'raise', incidentId: 'inc_1' },
          counts('effects', { add: 3 }),
        ],
        audit: [{ ...aDraft(0), blobs: { words: blobDigest(salt, text) } }],
      }),
      ctx,
    )
    await store.commit(
      change({
        put: [
          {
            kind: 'members',
            rows: [
              theirs({
                tenant,
                incidentId: 'inc_1',
                alertId: 'a1',
                episode: 1,
                joinedAt: '2026-01-01T00:00:00.000Z',
                because: ['it is alike'],
              }),
            ],
          },
        ],
      }),
      ctx,
    )
    for (let mark = 1; mark < entries; mark += 50) {
      const audit = Array.from({ length: Math.min(50, entries - mark) }, (_, index) => aDraft(mark + index))
      await store.commit(change({ audit }), ctx)
    }
  }
  const last = await store.lastAuditCheckpoint(of[0], ctx)
  await store.close()
  return last?.note ?? ''
}

/** One more entry; answers the checkpoint after it. */
export async function append(source: string, mark: number, of: string = tenant): Promise<string> {
  const store = await openSigned(source)
  try {
    await store.commit({ ...aChange({ audit: [aDraft(mark)] }), tenant: of }, ctx)
    return (await store.lastAuditCheckpoint(of, ctx))?.note ?? ''
  } finally {
    await store.close()
  }
}
