import {
  type AuditDraft,
  type Change,
  type LogKeys,
  memoryState,
  type Store,
  storeOverMemory,
  verifierKeyOf,
  verifierKeyText,
} from '@mendkit/core'
import { callContext, testSigner, virtualClock } from '@mendkit/testkit'

export const tenant = 'acme'
export const ctx = callContext()
export const [signer, nextSigner] = [testSigner(1), testSigner(2)]
export const [oldKey, newKey] = [signer, nextSigner].map((one) => verifierKeyText(verifierKeyOf(one))) as [
  string,
  string,
]

export function draft(mark: number): AuditDraft {
  return {
    type: 'incident-relapsed',
    at: 1_700_000_000_000 + mark,
    salt: mark.toString(16).padStart(32, '0'),
    actor: { kind: 'engine', id: 'engine' },
    subject: { kind: 'incident', id: `inc_${mark}` },
    data: { relapses: mark },
    blobs: {},
  }
}

export const rotation: AuditDraft = {
  ...draft(0),
  type: 'log-key-rotated',
  data: { from: verifierKeyOf(signer).id, to: verifierKeyOf(nextSigner).id, verifierKey: newKey },
}

export function change(audit: readonly AuditDraft[]): Change {
  return { tenant, expect: [], put: [], audit }
}

export async function openLog(state = memoryState(), keys: LogKeys = { signer }): Promise<Store> {
  const store = storeOverMemory(state, { id: 'memory', durable: false })
  await store.open({ clock: virtualClock(), ...keys }, ctx)
  return store
}

export async function grow(store: Store, ...groups: readonly number[]): Promise<void> {
  let mark = (await store.auditHead(tenant, ctx)).size
  for (const size of groups) await store.commit(change(Array.from({ length: size }, () => draft(mark++))), ctx)
}

export async function noteAt(store: Store, size: number): Promise<string> {
  const [found] = await store.auditCheckpoints({ tenant, from: size, to: size, limit: 1 }, ctx)
  return found?.note ?? ''
}
